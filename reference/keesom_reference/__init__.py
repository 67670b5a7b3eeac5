# SPDX-License-Identifier: BSD-3-Clause
"""Reference data for keesom: atoms in molecules from quantum-mechanical densities."""
