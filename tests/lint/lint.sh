#!/usr/bin/env bash
# Rules of the house that a compiler does not know. One argument: the name of the rule.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

libraries=(core multipoles overlap dispersion ml interaction motion calibration)
programs=(apps openbabel parquet python)

# Prints what breaks a rule and fails if there is anything.
report() {
    local found
    found=$(cat)
    if [[ -n $found ]]; then
        echo "$1:"
        echo "$found"
        exit 1
    fi
}

# grep that finds nothing is not an error here.
search() {
    grep -rnE "$@" || true
}

case "$1" in
units-at-the-border)
    # Only core/units.hpp, the readers, and error messages of Molecule speak other units than atomic.
    search 'units::|0\.529|627\.5|27\.211' "${libraries[@]}" --include='*.hpp' --include='*.cpp' |
        { grep -vE '^core/(units\.hpp|io/|elements\.cpp|molecule\.cpp)' || true; } |
        report "units other than atomic inside the library"
    ;;
public-headers)
    search '#include <(fmt|nlohmann|boost|openbabel|arrow|parquet|openssl|CLI|omp)' "${libraries[@]}" \
        --include='*.hpp' |
        while IFS= read -r line; do
            grep -q 'Not a public header' "${line%%:*}" || echo "$line"
        done | report "public headers with third-party includes"
    ;;
learning-and-physics-apart)
    {
        search '#include <keesom/ml/' multipoles overlap dispersion interaction motion core
        search '#include <keesom/(multipoles|overlap|dispersion|interaction|motion)/' ml core
    } | report "includes against the dependency direction"
    ;;
silent-library)
    search 'std::(cout|cerr|clog)|printf\(|fmt::print|std::exit|abort\(' "${libraries[@]}" |
        report "the library prints or exits"
    ;;
error-messages)
    search '(InputError|ModelError|NumericalError)\((fmt::format\()?"([A-Z][a-z]|[^"]*[.!]")' \
        "${libraries[@]}" "${programs[@]}" | report "messages that begin in upper case or end in a full stop"
    ;;
licence)
    find "${libraries[@]}" "${programs[@]}" bench tests docs -name '*.hpp' -o -name '*.cpp' |
        while read -r file; do
            head -1 "$file" | grep -q 'SPDX-License-Identifier: BSD-3-Clause' || echo "$file"
        done | report "no licence line"
    find "${programs[@]}" -name '*.css' -o -name '*.js' |
        while read -r file; do
            head -1 "$file" | grep -q 'SPDX-License-Identifier: BSD-3-Clause' || echo "$file"
        done | report "no licence line"
    find reference tests python -name '*.py' -o -name '*.pyi' |
        while read -r file; do
            head -2 "$file" | grep -q 'SPDX-License-Identifier: BSD-3-Clause' || echo "$file"
        done | report "no licence line"
    ;;
data-have-sources)
    for folder in data/*/; do
        [[ -f $folder/SOURCES.md || -n $(find "$folder" -name MODEL_CARD.md) ]] || echo "$folder"
    done | report "data without SOURCES.md"
    ;;
sizes)
    git ls-files -z 2>/dev/null | xargs -0 -r du -k | awk '$1 > 10240' |
        report "files over 10 MB"
    find tests -type f -size +200k | report "test data over 200 kB"
    ;;
format)
    find "${libraries[@]}" "${programs[@]}" bench tests docs -name '*.hpp' -o -name '*.cpp' |
        xargs clang-format-14 --dry-run --Werror
    ;;
conventions)
    # Every test that docs/conventions.md names exists.
    grep -oE '`[A-Za-z]+\.[A-Za-z0-9]+`' docs/conventions.md | tr -d '`' | sort -u |
        while IFS=. read -r suite name; do
            grep -rqE "TEST(_F|_P)?\(($suite), ($name)\)" tests --include='*.cpp' || echo "$suite.$name"
        done | report "docs/conventions.md names tests that do not exist"
    ;;
*)
    echo "lint.sh: unknown rule '$1'" >&2
    exit 2
    ;;
esac
