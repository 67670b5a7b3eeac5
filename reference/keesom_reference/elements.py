# SPDX-License-Identifier: BSD-3-Clause
"""Symbols and masses of the elements that reference data are made for."""

SYMBOLS = {1: "H", 6: "C", 7: "N", 8: "O", 9: "F", 15: "P", 16: "S", 17: "Cl", 35: "Br"}
NUMBERS = {symbol: number for number, symbol in SYMBOLS.items()}

# Standard atomic weights (IUPAC 2021, abridged), in dalton.
MASSES = {
    1: 1.008,
    6: 12.011,
    7: 14.007,
    8: 15.999,
    9: 18.998,
    15: 30.974,
    16: 32.06,
    17: 35.45,
    35: 79.904,
}
