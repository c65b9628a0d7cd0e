"""What was measured on: processor, caches, memory, versions, the commit."""

import glob
import os
import subprocess
import time

from . import blas
from .programs import ROOT

PACKAGES = ("g++", "libopenblas0-pthread", "libdnnl2", "libxtensor-dev", "libtorch-dev", "python3-torch", "python3-numpy", "python3-sklearn")


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def first_value(path, name):
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return ""


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def caches():
    """For example ["L1 Data 32K", "L2 Unified 1024K"]."""
    found = []
    for index in sorted(glob.glob("/sys/devices/system/cpu/cpu0/cache/index*")):
        found.append(f"L{read(index + '/level')} {read(index + '/type')} {read(index + '/size')}")
    return found


def vector_instructions():
    flags = first_value("/proc/cpuinfo", "flags").split()
    return [flag for flag in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]


def better_blas_core():
    return blas.better_core(blas.natural_core(), vector_instructions())


def blas_core():
    better = better_blas_core()
    return f"{better}, by OPENBLAS_CORETYPE: it takes the processor for a {blas.natural_core()}" if better else blas.natural_core()


def versions():
    found = {}
    for package in PACKAGES:
        version = output("dpkg-query", "-W", "-f=${Version}", package)
        if version:
            found[package] = version
    return found


def commit():
    name = output("git", "rev-parse", "--short", "HEAD")
    return name + (" with changes" if output("git", "status", "--porcelain", "--untracked-files=no") else "")


def describe():
    return {
        "date": time.strftime("%Y-%m-%d"),
        "commit": commit(),
        "processor": first_value("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "caches": caches(),
        "vector instructions": vector_instructions(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": first_value_of_release() + ", Linux " + os.uname().release,
        "load at the start": f"{os.getloadavg()[0]:.2f}",
        "kernels of OpenBLAS": blas_core(),
        "versions": versions(),
    }


def first_value_of_release():
    with open("/etc/os-release", encoding="utf-8") as file:
        return dict(line.strip().split("=", 1) for line in file if "=" in line).get("PRETTY_NAME", "Linux").strip('"')


def as_lines(description):
    """Markdown list items."""
    lines = []
    for name, value in description.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {version}" for key, version in value.items())
        elif isinstance(value, list):
            value = ", ".join(value)
        lines.append(f"- {name}: {value}")
    return lines
