#!/usr/bin/python3
"""What one operation of PyTorch costs beside its arithmetic; ../graph_program.hpp says what is measured and printed."""

import sys
import time
from statistics import median

import workloads

workloads.set_threads(1)

import torch  # noqa: E402, after the number of threads is set


def run_chain(kind, length, x, a, b):
    operations = {"add": lambda y: y + a, "mul": lambda y: y * b, "tanh": torch.tanh}
    turns = list(operations.values()) if kind == "mix" else [operations[kind]]
    y = x
    for i in range(length):
        y = turns[i % len(turns)](y)
    return y


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in ("add", "mul", "tanh", "mix"):
        sys.exit("usage: KIND SIDE LENGTH SECONDS, with a kind of add, mul, tanh, mix")
    kind, side, length, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    torch.set_num_threads(1)
    x, a, b = (torch.full((side, side), value, requires_grad=True) for value in (0.5, 0.01, 1.0))
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 4 or time.perf_counter() < end:
        start = time.perf_counter()
        with torch.no_grad():
            run_chain(kind, length, x, a, b)
        between = time.perf_counter()
        y = run_chain(kind, length, x, a, b)
        recorded = time.perf_counter()
        y.sum().backward()
        times.append((between - start, recorded - between, time.perf_counter() - recorded))
        x.grad = a.grad = b.grad = None
    numbers = (f"{median(column) * 1e9 / length:.1f}" for column in zip(*times[1:]))
    print("pytorch", kind, side, length, *numbers)


if __name__ == "__main__":
    main()
