#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Every number and picture of this folder, from the training sets.
#
#   docs/learning/reproduce.sh
set -eu
cd "$(dirname "$0")/../.."
cmake --preset bench
cmake --build build/bench --target learning_study
study=build/bench/bench/learning_study
tables=build/bench/learning
for name in curves held-out; do
    $study $name "$tables" data/training/*.xyz.gz
done
for name in settings charges tensors; do
    $study $name --neutral-hcno "$tables" data/training/*.xyz.gz
done
python3 docs/learning/make_figures.py "$tables"
