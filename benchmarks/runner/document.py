"""docs/performance.md."""

import os

from . import machine
from .programs import ROOT

HEAD = """# How fast xgrad is

Written by `./dev bench`, which measures all of this again; on a machine with other work to do the numbers mean nothing.
`./dev bench --help` tells how to measure a part of it, `CONTRIBUTING.md` what the programs are.

Machines are noisy: look at the ratios, which compare what was measured in the same minute, before the samples a second.

## The workloads

Training on Fashion-MNIST, pixels from 0 to 1, float32: a shuffled batch is gathered, then forward, loss, backward, step.
`benchmarks/workload.hpp` has them for the computer.

| | network | batch | optimizer | samples an epoch |
|---|---|---|---|---|
| W1 | 784-128-128-128-128-10 ReLU | 16 | RMSprop | 54,000 |
| W2 | 784-64-64-64-10 tanh | 32 | SGD, momentum 0.9 | 54,000 |
| W3 | 784-512-256-10, batch normalisation, ReLU, dropout 0.3 | 1024 | Adam | 47,104 |
| W4 | 784-256-128-64-32-10 ReLU | 128 | SGD | 48,000 |
| W5 | 784-700-200-50-10 ReLU, dropout 0.15 | 128 | RMSprop | 54,000 |
| W6 | 784-256-128-64-128-256-784 ReLU, squared error | 128 | Adam | 8,000 |
| W7 | 784-256-10 ReLU | 64 | Adam | 60,000 |
| W8 | 784-2048-2048-10 ReLU | 256 | Adam | 54,000 |

xgrad trains them through its public API (`benchmarks/training.cpp`). The limit is a trainer written by hand for these networks,
with everything allocated beforehand and no automatic differentiation (`benchmarks/peers/limit/`).

## The machine
"""


def write(result, parts):
    """`parts`: name → (title, function from the measured results to Markdown)."""
    text = HEAD + "\n" + "\n".join(machine.as_lines(result["machine"])) + "\n"
    for name, (title, report) in parts.items():
        if name in result["parts"]:
            text += f"\n## {title}\n\n{report(result['parts'][name])}"
    with open(os.path.join(ROOT, "benchmarks", "notes.md"), encoding="utf-8") as notes:  # what no measurement says by itself
        text += "\n" + notes.read()
    folder = os.path.join(ROOT, "docs")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "performance.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
