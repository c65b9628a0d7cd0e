#!/usr/bin/python3
"""Writes the files in tests/data/npy, with NumPy as the reference. Run it by hand; its output is checked in.

Needs: python3-numpy. The same NumPy gives the same bytes: nothing depends on time or chance.
"""
import pathlib
import zipfile

import numpy as np
from numpy.lib import format as npy

FOLDER = pathlib.Path(__file__).resolve().parent / "npy"

FLOATS = [[0.5, -1.25, 1 / 3], [3e10, -0.0, 1e-40]]
SIGNED = [[0, 1, -1], [100, -128, 127]]
UNSIGNED = [[0, 1, 2], [100, 200, 255]]
BOOLS = [[False, True, True], [True, False, True]]
VALUES = {"f": FLOATS, "i": SIGNED, "u": UNSIGNED, "b": BOOLS}


def save(name, array):
    np.save(FOLDER / f"{name}.npy", array)


def save_version(name, array, version):
    with open(FOLDER / f"{name}.npy", "wb") as file:
        npy.write_array(file, array, version=version)


def types():
    """Each type, little-endian in C order, and big-endian in Fortran order."""
    for name in "f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1".split():
        values = VALUES[name[0]]
        save(name, np.array(values, dtype="<" + name))
        save(f"{name}_big_fortran", np.asfortranarray(np.array(values, dtype=">" + name)))


def shapes():
    save("scalar", np.array(2.5))
    save("one_axis", np.arange(5, dtype="<f4"))
    save("empty", np.zeros((0, 3)))
    save("rank_4_fortran", np.asfortranarray(np.arange(2 * 3 * 4 * 5, dtype="<i2").reshape(2, 3, 4, 5)))


def versions():
    save_version("version_2", np.array(FLOATS), (2, 0))
    save_version("version_3", np.array(FLOATS), (3, 0))


def special():
    save("special", np.array([np.nan, np.inf, -np.inf, 5e-324, 1.7976931348623157e308]))
    save("huge_unsigned", np.array([2**63 - 1, 2**63], dtype="<u8"))
    save("large_integers", np.array([-(2**63), 2**63 - 1, 2**53 + 1], dtype="<i8"))


def refused():
    save("half", np.array([0.5, 1.0], dtype="<f2"))
    save("complex", np.array([1 + 2j]))
    save("text", np.array(["a", "bc"]))
    save("structured", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
    np.save(FOLDER / "object.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)


def archives():
    arrays = {"weights": np.array(FLOATS, dtype="<f4"), "labels": np.arange(1000) % 10, "bias": np.array([1.5, 2.5])}
    np.savez(FOLDER / "stored.npz", **arrays)
    np.savez_compressed(FOLDER / "deflated.npz", **arrays)
    np.savez(FOLDER / "none.npz")
    with zipfile.ZipFile(FOLDER / "bzip2.npz", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(zipfile.ZipInfo("x.npy"), (FOLDER / "f4.npy").read_bytes(), zipfile.ZIP_BZIP2)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    types()
    shapes()
    versions()
    special()
    refused()
    archives()
