#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The pages of keesom energy --html and keesom benchmark --html in a browser without a screen. Skipped (exit status 77) where
selenium or chromium are not installed, or keesom was built without three.js.

Argument: the command. What the browser shows is kept as PNG in the folder that the environment
variable KEESOM_SCREENSHOTS names, if it is set.
"""

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
except ImportError:
    print("skipped: selenium (python3-selenium) is not installed")
    sys.exit(77)

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not (CHROMIUM and DRIVER):
    print("skipped: chromium or chromedriver (chromium-driver) is not installed")
    sys.exit(77)

COMMAND = sys.argv.pop(1)
DIMER = """6

O -0.702196050 -0.056060260  0.009942260
H -1.022193220  0.846775780 -0.011488710
H  0.257521060  0.042121500  0.005219000
O  2.220871070  0.026716790  0.000620480
H  2.597492680 -0.411663270  0.766744860
H  2.593135380 -0.449496180 -0.744782030
"""
# Colors of the pixels of the canvas, without its transparent part.
COLORS = """
const gl = document.querySelector("canvas").getContext("webgl");
const pixels = new Uint8Array(4 * gl.drawingBufferWidth * gl.drawingBufferHeight);
gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
const colors = new Set();
for (let i = 0; i < pixels.length; i += 4) {
  if (pixels[i + 3] === 255) {
    colors.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
  }
}
return [...colors];
"""


# A bare system has no address for the name by which selenium asks for the driver.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest: resolve("127.0.0.1" if host == "localhost" else host, *rest)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    # By a pipe, since the driver asks for the browser by that name as well.
    for argument in ("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-dev-shm-usage",
                     "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--window-size=1100,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.page = cls.make_page(Path(folder.name))
        if "built without three.js" in cls.page.read_text():
            print("skipped: keesom was built without three.js (libjs-three)")
            sys.exit(77)
        cls.browser = browser()
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.media()
        self.size(1100, 900)
        self.browser.get(self.page.as_uri())

    def media(self, medium="", scheme="light"):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": medium, "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def size(self, width, height):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def keep(self, name):
        if folder := os.environ.get("KEESOM_SCREENSHOTS"):
            shot = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            (Path(folder) / f"{type(self).__name__.lower()}-{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def colors(self):
        return set(self.browser.execute_script(COLORS))

    def background(self):
        return self.browser.execute_script("return getComputedStyle(document.body).backgroundColor")

    def overflow(self):
        return self.browser.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth")


class EnergyPage(PageTest):
    @staticmethod
    def make_page(folder):
        dimer, page = folder / "dimer.xyz", folder / "page.html"
        dimer.write_text(DIMER)
        subprocess.run([COMMAND, "energy", dimer, "--html", page], check=True, stdout=subprocess.DEVNULL)
        return page

    def test_nothing_goes_wrong(self):
        self.keep("light")
        self.assertEqual(self.browser.get_log("browser"), [])

    def test_molecules_are_drawn(self):
        self.assertGreater(len(self.colors()), 50)
        length = self.browser.find_element(By.CLASS_NAME, "length")
        self.assertEqual(length.text, "1.96 Å")

    def test_buttons_change_the_colors(self):
        seen = []
        for button in self.browser.find_elements(By.CSS_SELECTOR, ".buttons button"):
            self.browser.execute_script("arguments[0].click()", button)
            self.assertEqual(button.get_attribute("aria-pressed"), "true")
            seen.append(frozenset(self.colors()))
            self.keep(button.text.lower())
        self.assertEqual(len(seen), 3)
        self.assertEqual(len(set(seen)), 3)

    def test_arrow_keys_turn_the_molecules(self):
        canvas = self.browser.find_element(By.TAG_NAME, "canvas")
        before = self.browser.execute_script("return arguments[0].toDataURL()", canvas)
        canvas.send_keys("\ue014")  # right
        self.assertNotEqual(self.browser.execute_script("return arguments[0].toDataURL()", canvas), before)

    def test_dark_where_the_reader_wants_it(self):
        light = self.background()
        self.media(scheme="dark")
        self.assertNotEqual(self.background(), light)
        self.keep("dark")

    def test_print_is_light_and_has_no_buttons(self):
        buttons = self.browser.find_element(By.CLASS_NAME, "buttons")
        self.assertTrue(buttons.is_displayed())
        self.media("print", "dark")
        self.assertFalse(buttons.is_displayed())
        self.assertEqual(self.background(), "rgb(255, 255, 255)")

    def test_fits_a_phone(self):
        self.assertEqual(self.overflow(), 0)
        self.size(400, 800)
        self.browser.get(self.page.as_uri())
        self.assertEqual(self.overflow(), 0)
        self.keep("phone")

    def test_reads_without_scripts(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setScriptExecutionDisabled", {"value": False})
        self.browser.get(self.page.as_uri())
        self.assertFalse(self.browser.find_element(By.CLASS_NAME, "viewer").is_displayed())
        self.assertTrue(self.browser.find_element(By.CLASS_NAME, "total").is_displayed())


class BenchmarkPage(PageTest):
    @staticmethod
    def make_page(folder):
        subprocess.run([COMMAND, "benchmark", "s22", "--html", folder / "pages"], check=True,
                       stdout=subprocess.DEVNULL)
        return folder / "pages" / "s22.html"

    def column(self, number):
        return [cell.text for cell in self.browser.find_elements(
            By.CSS_SELECTOR, f".sortable tbody tr > :nth-child({number})")]

    def numbers(self, number):
        return [float(text.replace("−", "-")) for text in self.column(number)]

    def heading(self, number):
        return self.browser.find_element(By.CSS_SELECTOR, f".sortable thead th:nth-child({number})")

    def test_nothing_goes_wrong(self):
        self.keep("light")
        self.assertEqual(self.browser.get_log("browser"), [])

    def test_nothing_goes_wrong_on_the_index(self):
        for scheme in ("light", "dark"):
            self.media(scheme=scheme)
            self.browser.get(self.page.with_name("index.html").as_uri())
            self.keep(f"index-{scheme}")
        self.assertEqual(self.browser.get_log("browser"), [])
        self.browser.find_element(By.LINK_TEXT, "s22").click()
        self.assertTrue(self.browser.current_url.endswith("/s22.html"))

    def test_worst_cases_are_drawn(self):
        self.assertEqual(len(self.browser.find_elements(By.TAG_NAME, "canvas")), 6)
        self.assertGreater(len(self.colors()), 50)
        self.assertFalse(self.browser.find_element(By.CLASS_NAME, "buttons").is_displayed())

    def test_headings_sort(self):
        as_in_the_set = self.column(1)
        error = 5
        self.heading(error).find_element(By.TAG_NAME, "button").send_keys("\ue007")  # return
        self.assertEqual(self.heading(error).get_attribute("aria-sort"), "ascending")
        self.assertEqual(self.numbers(error), sorted(self.numbers(error)))
        self.assertNotEqual(self.column(1), as_in_the_set)
        self.heading(error).find_element(By.TAG_NAME, "button").send_keys(" ")
        self.assertEqual(self.heading(error).get_attribute("aria-sort"), "descending")
        self.assertEqual(self.numbers(error), sorted(self.numbers(error), reverse=True))
        self.heading(2).find_element(By.TAG_NAME, "button").send_keys(" ")
        self.assertIsNone(self.heading(error).get_attribute("aria-sort"))
        self.assertEqual(self.column(1), as_in_the_set)

    def test_points_lead_to_their_systems(self):
        point = self.browser.find_element(By.CSS_SELECTOR, ".points a")
        name = point.find_element(By.TAG_NAME, "title").get_attribute("textContent").split("\n")[0]
        point.click()
        self.assertEqual(self.browser.find_element(By.CSS_SELECTOR, "tr:target th").text, name)

    def test_dark_and_printed(self):
        self.media(scheme="dark")
        self.keep("dark")
        self.media("print", "dark")
        self.assertEqual(self.background(), "rgb(255, 255, 255)")
        self.keep("print")

    def test_fits_a_phone(self):
        self.size(400, 800)
        for page in (self.page, self.page.with_name("index.html")):
            self.browser.get(page.as_uri())
            self.assertEqual(self.overflow(), 0)
            self.keep(f"{page.stem}-phone")

    def test_reads_without_scripts(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setScriptExecutionDisabled", {"value": False})
        self.browser.get(self.page.as_uri())
        self.assertFalse(self.browser.find_element(By.CLASS_NAME, "viewer").is_displayed())
        self.assertEqual(self.heading(1).text, "system")
        self.assertEqual(len(self.column(1)), 22)


if __name__ == "__main__":
    unittest.main()
