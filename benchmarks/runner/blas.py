"""Which kernels OpenBLAS takes. A release older than the processor may not know it, and then falls back to kernels without AVX,
a fifth as fast; the environment variable OPENBLAS_CORETYPE, which its users would set then, names better ones."""

import ctypes
import functools
import os
import subprocess
import sys

WITHOUT_AVX = ("Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Generic", "Barcelona", "Opteron", "Opteron_SSE3")
ASK = f"import sys; sys.path[:0] = [{os.path.dirname(os.path.dirname(os.path.abspath(__file__)))!r}]; from runner import blas; print(blas.core())"


def core():
    """The kernels that this process runs, for example "SkylakeX"; empty without OpenBLAS."""
    try:
        name = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
    except (OSError, AttributeError):
        return ""
    name.restype = ctypes.c_char_p
    return name().decode("ascii")


@functools.cache
def natural_core():
    """The kernels that OpenBLAS takes by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    asked = subprocess.run([sys.executable, "-B", "-c", ASK], env=environment, capture_output=True, text=True, timeout=60, check=False)
    return asked.stdout.strip()


def better_core(natural, instructions):
    """What OPENBLAS_CORETYPE should be; empty where OpenBLAS knows the processor."""
    if natural not in WITHOUT_AVX or "avx2" not in instructions:
        return ""
    return "SkylakeX" if "avx512f" in instructions else "Haswell"
