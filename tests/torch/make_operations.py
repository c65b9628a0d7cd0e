#!/usr/bin/python3
"""Writes tests/data/torch/operations.json: what PyTorch gives for every operation of xgrad.

Needs Debian's python3-torch. The file is checked in; run this after adding a case, and look at what changed.
"""

import pathlib

import elementwise_cases
import linear_algebra_cases
import loss_cases
import network_cases
import reduction_cases
import reference
import shape_cases

if __name__ == "__main__":
    for family in (
        elementwise_cases,
        reduction_cases,
        shape_cases,
        linear_algebra_cases,
        network_cases,
        loss_cases,
    ):
        family.add()
    path = pathlib.Path(__file__).resolve().parent.parent / "data" / "torch" / "operations.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    reference.write(path)
    print(f"{len(reference.CASES)} cases, {path.stat().st_size / 1000:.0f} kB: {path}")
