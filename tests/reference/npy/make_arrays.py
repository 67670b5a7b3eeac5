# SPDX-License-Identifier: BSD-3-Clause
"""Writes the .npy files of this folder with NumPy."""
import numpy as np

np.save("matrix_f8.npy", np.arange(12, dtype="<f8").reshape(3, 4) / 8 - 0.5)
np.save("vector_f4.npy", np.array([1.5, -2.25, 1e-30, 3e38], dtype="<f4"))
np.save("vector_i4.npy", np.array([-2147483648, 0, 2147483647], dtype="<i4"))
np.save("cube_i8.npy", np.arange(24, dtype="<i8").reshape(2, 3, 4) * 10**15)
np.save("empty_f8.npy", np.zeros((0, 5), dtype="<f8"))
np.save("scalar_f8.npy", np.array(2.5, dtype="<f8"))
np.save("fortran_f8.npy", np.asfortranarray(np.arange(6, dtype="<f8").reshape(2, 3)))
np.save("big_endian_f8.npy", np.arange(3, dtype=">f8"))
with open("version2_f8.npy", "wb") as file:
    np.lib.format.write_array(file, np.arange(3, dtype="<f8"), version=(2, 0))
