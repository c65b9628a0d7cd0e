#!/usr/bin/env python3
"""Writes the files of this folder with the format's own Python package.

all_types.safetensors    an array of every type that xgrad reads, with metadata, a scalar and an empty array
all_types.json           the values of these arrays
same_bytes.safetensors   arrays of the types that xgrad writes, which a test writes again and compares byte for byte

Needs numpy, ml_dtypes and safetensors. Run it in this folder; the files are checked in.
"""
import json

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file


def values_for(dtype):
    if dtype == np.bool_:
        return np.array([[True, False], [False, True]])
    if np.issubdtype(dtype, np.integer):
        limits = np.iinfo(dtype)
        # No more than int64 holds.
        return np.array([limits.min, 0, 1, min(limits.max, 2**63 - 1)], dtype=dtype)
    # A subnormal, the largest, and numbers that the type rounds.
    limits = ml_dtypes.finfo(dtype)
    return np.array([[0.1, -2.5, 1 / 3], [float(limits.smallest_subnormal), float(limits.max), -0.0]]).astype(dtype)


def main():
    names = ["float64", "float32", "float16", "int64", "int32", "int16", "int8"]
    names += ["uint64", "uint32", "uint16", "uint8", "bool"]
    arrays = {name: values_for(np.dtype(name).type) for name in names}
    arrays["bfloat16"] = values_for(ml_dtypes.bfloat16)
    arrays["scalar"] = np.array(2.5, dtype=np.float32)
    arrays["empty"] = np.zeros((0, 3), dtype=np.float32)
    arrays["a name \u2265 \"quoted\""] = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    save_file(arrays, "all_types.safetensors", {"made by": "safetensors", "language": "fran\u00e7ais"})
    with open("all_types.json", "w") as file:
        expected = {}
        for name, array in arrays.items():
            wide = array.astype(object if array.dtype.kind in "iu" else np.float64)
            expected[name] = {"shape": list(array.shape), "values": wide.ravel().tolist()}
        json.dump(expected, file, indent=1, ensure_ascii=False)
        file.write("\n")
    model = {
        "0.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
        "0.bias": np.array([-1.5, 2.25], dtype=np.float32),
        "0.master": np.array([[0.1, 0.2]]),
        "1.num_batches_tracked": np.array(7, dtype=np.int64),
    }
    save_file(model, "same_bytes.safetensors", {"format": "pt"})


if __name__ == "__main__":
    main()
