"""The programs that train the workloads, where they are, and in which settings each of them is tried."""

import glob
import importlib.util
import os
import sys
from typing import Dict, List, NamedTuple

import workloads

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build", "release")
PEERS = os.path.join(ROOT, "benchmarks", "peers")
WORKLOADS = tuple(workloads.WORKLOADS)


class Program(NamedTuple):
    name: str
    setting: str  # "" for the one that a user gets without doing anything
    command: List[str]
    arguments: List[str]  # after WORKLOAD THREADS SECONDS
    environment: Dict[str, str]
    least_threads: int = 1

    @property
    def label(self):
        return f"{self.name} ({self.setting})" if self.setting else self.name


class Missing(NamedTuple):
    name: str
    reason: str


def built(name):
    return os.path.join(BUILD, "bin", name)


def openmp_blas():
    """The folder of the OpenBLAS whose threads are OpenMP's, which PyTorch's are too; empty if it is not installed."""
    return next(iter(glob.glob("/usr/lib/*/openblas-openmp")), "")


def settings(name, command):
    """A library in every setting that was found to make it faster somewhere. Two pools of threads, PyTorch's and OpenBLAS's, get in
    each other's way, so that two threads need an OpenBLAS that shares PyTorch's."""
    yield Program(name, "", command, [], {})
    yield Program(name, "tuned", command, ["tuned"], {})
    if openmp_blas():
        yield Program(name, "tuned, OpenMP BLAS", command, ["tuned"], {"LD_LIBRARY_PATH": openmp_blas()}, 2)


def find(tuned=True):
    """The programs that can be run here, xgrad first, and those that cannot, with the reason."""
    programs, missing = [], []
    add_built(programs, missing, "xgrad", "mlp_training", "", False)
    add_built(programs, missing, "libtorch", "libtorch_training", "libtorch-dev", tuned)
    for name, module, package in (
        ("pytorch", "torch", "python3-torch"),
        ("numpy", "numpy", "python3-numpy"),
        ("sklearn", "sklearn", "python3-sklearn"),
    ):
        command = [sys.executable, os.path.join(PEERS, f"{name}_training.py")]
        if importlib.util.find_spec(module) is None:
            missing.append(Missing(name, f"{sys.executable} has no module {module}; Debian's package is {package}"))
        elif name == "pytorch" and tuned:
            programs.extend(settings(name, command))
        else:
            programs.append(Program(name, "", command, [], {}))
    add_built(programs, missing, "limit", "limit_training", "libdnnl-dev", False)
    return programs, missing


def add_built(programs, missing, name, executable, package, tuned):
    path = built(executable)
    if not os.access(path, os.X_OK):
        needs = f"; it needs Debian's package {package}" if package else ""
        missing.append(Missing(name, f"{os.path.relpath(path, ROOT)} was not built{needs}"))
    elif tuned:
        programs.extend(settings(name, [path]))
    else:
        programs.append(Program(name, "", [path], [], {}))
