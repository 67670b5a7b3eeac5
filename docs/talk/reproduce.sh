#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Every table and picture of this folder. Needs matplotlib (Debian: python3-matplotlib).
#
#   docs/talk/reproduce.sh
set -eu
cd "$(dirname "$0")/../.."
cmake --preset release -DKEESOM_BUILD_TESTS=ON
cmake --build --preset release
for chapter in build/release/docs/talk/examples/talk_*; do
    echo "$chapter"
    "$chapter" docs/talk/data
done
/usr/bin/python3 docs/talk/make_figures.py
