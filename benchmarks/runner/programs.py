"""The programs that train the workloads, where they are, and in which settings each of them is tried."""

import glob
import importlib.util
import os
import subprocess
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
    prints: str = ""  # the name that its line begins with, if not `name`

    @property
    def label(self):
        return f"{self.name} ({self.setting})" if self.setting else self.name


class OptionError(Exception):
    """What an option asks for cannot be had; the text says why."""


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


def another_pytorch(python):
    """The PyTorch of another Python, in its settings; it comes with matrix products of its own.  Throws: OptionError."""
    try:
        asked = subprocess.run(
            [python, "-c", "import numpy, torch; print(torch.__version__)"], capture_output=True, text=True, timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or "no answer in two minutes"
        raise OptionError(f"--torch: {python} cannot be run ({reason}); give a Python that has torch and numpy") from error
    if asked.returncode != 0:
        reason = (asked.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise OptionError(f"--torch: {python} has no PyTorch that works ({reason}); give a Python that has torch and numpy")
    name = "pytorch-" + asked.stdout.strip().split("+")[0]
    command = [python, os.path.join(PEERS, "pytorch_training.py")]
    for setting in ("", "tuned"):
        yield Program(name, setting, command, [setting] if setting else [], {}, prints="pytorch")


def find(tuned=True, torch=None):
    """The programs that can be run here, xgrad first, and those that cannot, with the reason. `torch`: a Python whose PyTorch is
    a further peer.  Throws: OptionError."""
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
    if torch:
        programs.extend(another_pytorch(torch))
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
