"""What the Python peers train (the table of ../workload.hpp), the images, and how samples a second are measured and printed.

A program calls main(NAME, Trainer): PROGRAM WORKLOAD THREADS SECONDS [SETTING] prints "NAME W1 1 65000.0".
"""

import gzip
import os
import resource
import sys
import time
from typing import NamedTuple, Tuple


class Workload(NamedTuple):
    name: str
    samples: int
    widths: Tuple[int, ...]
    activation: str
    batch: int
    optimizer: str
    lr: float
    dropout: float
    batch_norm: bool
    reconstructs: bool


WORKLOADS = {
    w.name: w
    for w in (
        Workload("W1", 54000, (784, 128, 128, 128, 128, 10), "relu", 16, "rmsprop", 1e-4, 0, False, False),
        Workload("W2", 54000, (784, 64, 64, 64, 10), "tanh", 32, "momentum", 1e-2, 0, False, False),
        Workload("W3", 47104, (784, 512, 256, 10), "relu", 1024, "adam", 1e-3, 0.3, True, False),
        Workload("W4", 48000, (784, 256, 128, 64, 32, 10), "relu", 128, "sgd", 1e-1, 0, False, False),
        Workload("W5", 54000, (784, 700, 200, 50, 10), "relu", 128, "rmsprop", 1e-3, 0.15, False, False),
        Workload("W6", 8000, (784, 256, 128, 64, 128, 256, 784), "relu", 128, "adam", 1e-3, 0, False, True),
        Workload("W7", 60000, (784, 256, 10), "relu", 64, "adam", 1e-3, 0, False, False),
        Workload("W8", 54000, (784, 2048, 2048, 10), "relu", 256, "adam", 1e-3, 0, False, False),
    )
}

NO_EQUIVALENT = 3  # the exit status of a program whose library cannot train a workload


class Command(NamedTuple):
    workload: Workload
    threads: int
    seconds: float
    setting: str


def parse_command(arguments):
    if len(arguments) not in (3, 4) or arguments[0] not in WORKLOADS:
        sys.exit("usage: WORKLOAD THREADS SECONDS, with a workload from W1 to W8")
    setting = arguments[3] if len(arguments) == 4 else ""
    return Command(WORKLOADS[arguments[0]], int(arguments[1]), float(arguments[2]), setting)


def set_threads(count):
    """Must come before numpy is imported: the libraries read these variables when they are loaded."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(count)


def read_images(count):
    """The first training images of Fashion-MNIST in Debian's package, (count, 784) float32 from 0 to 1, and their labels, (count,) int64."""
    import numpy

    folder = "/usr/share/datasets/fashion-mnist"
    with gzip.open(os.path.join(folder, "train-images-idx3-ubyte.gz")) as file:
        pixels = numpy.frombuffer(file.read(16 + count * 784), numpy.uint8, offset=16)
    with gzip.open(os.path.join(folder, "train-labels-idx1-ubyte.gz")) as file:
        labels = numpy.frombuffer(file.read(8 + count), numpy.uint8, offset=8)
    return pixels.reshape(count, 784).astype(numpy.float32) / numpy.float32(255), labels.astype(numpy.int64)


def samples_per_second(step, seconds, warm_up_steps):
    """Over at least `seconds`, after some steps to warm up. `step()` trains and gives the number of samples it took."""
    start = time.perf_counter()
    steps = 0
    while steps < warm_up_steps or time.perf_counter() - start < min(seconds, 0.3):
        step()
        steps += 1
    samples = 0
    start = end = time.perf_counter()
    while end - start < seconds:
        samples += step()
        end = time.perf_counter()
    return samples / (end - start)


def main(name, trainer, warm_up_steps=3):
    """trainer(command) prepares, step() trains one batch (or some) and gives their size, loss() is that of the last one."""
    command = parse_command(sys.argv[1:])
    if os.environ.get("OPENBLAS_CORETYPE"):
        print("warning: OPENBLAS_CORETYPE is set; OpenBLAS will not use its natural kernels", file=sys.stderr)
    set_threads(command.threads)
    training = trainer(command)
    rate = samples_per_second(training.step, command.seconds, warm_up_steps)
    print(f"{name} {command.workload.name} {command.threads} {rate:.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"loss {training.loss():.4f}\npeak {peak:.1f} MB", file=sys.stderr)
