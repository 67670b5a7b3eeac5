// SPDX-License-Identifier: BSD-3-Clause
//
// Sorts tables of class "sortable" by a column, up and down in turn, with a button in its heading.
"use strict";

document.querySelectorAll("table.sortable").forEach((table) => {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];

  function text(row, column) {
    return row.cells[column].textContent;
  }

  // NaN where there is none.
  function number(row, column) {
    return parseFloat(text(row, column).replace("−", "-"));
  }

  function sort(column) {
    const heading = headings[column];
    const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const rows = [...body.rows];
    const isText = rows[0].cells[column].tagName === "TH";
    rows.sort((a, b) => {
      if (isText) {
        return sign * text(a, column).localeCompare(text(b, column), "en", { numeric: true });
      }
      const [x, y] = [number(a, column), number(b, column)];
      // Rows without a number are last either way.
      return Number(isNaN(x)) - Number(isNaN(y)) || sign * (x - y) || 0;
    });
    body.append(...rows);
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  }

  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(column));
    heading.append(button);
  });
});
