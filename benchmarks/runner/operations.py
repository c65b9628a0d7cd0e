"""The part `operations`: single operations with xgrad and by hand, from the program `operations`."""

import json
import os
import sys

from . import measuring, programs, summary
from .tables import table, with_range

HOW = (("forward", "forward"), ("both", "forward and backward"))


def measure(options):
    path = programs.built("operations")
    if not os.access(path, os.X_OK):
        return {"missing": "bin/operations was not built; it needs Debian's package libbenchmark-dev"}
    times = {}
    families = ["."] if not options.quick else ["^(add|relu|linear)/16x"]
    for number in range(options.rounds):
        print(f"[operations, round {number + 1} of {options.rounds}]", file=sys.stderr, flush=True)
        for family in families:
            for name, value in run(path, family, options.seconds):
                times.setdefault(name, []).append(value)
    return {"nanoseconds": times, "rounds": options.rounds}


def run(path, pattern, seconds):
    """Name and nanoseconds of every benchmark whose name matches. Four are measured for a shape, so that each gets a small share
    of the seconds of a training program."""
    command = [path, f"--benchmark_filter={pattern}", f"--benchmark_min_time={seconds / 20:g}", "--benchmark_format=json"]
    process, _ = measuring.run(command, 1, timeout=3600)
    if process.returncode != 0:
        raise RuntimeError(f"operations ended with {process.returncode}: {measuring.last_line(process.stderr)}")
    for entry in json.loads(process.stdout)["benchmarks"]:
        yield entry["name"], entry["real_time"]


def report(result):
    if "missing" in result:
        return f"Not measured: {result['missing']}.\n"
    times = result["nanoseconds"]
    rows = []
    for operation in dict.fromkeys(name.rsplit("/", 2)[0] for name in times):
        row = [operation.replace("/", " ")]
        for key, _ in HOW:
            own, raw = times[f"{operation}/xgrad/{key}"], times[f"{operation}/raw/{key}"]
            row += [time_text(own), with_range(summary.spread([a / b for a, b in zip(own, raw)]))]
        rows.append(row)
    header = ["", *(text for _, what in HOW for text in (what, "over raw"))]
    return (
        "Microseconds on one thread, the median over rounds; and how many times as long as plain loops and single calls of"
        " OpenBLAS take on memory that is there already (`benchmarks/operations/raw.cpp`, compiled for this machine with"
        " -ffast-math): median and middle half of the ratios within a round.\n\n" + table(header, rows)
    )


def time_text(nanoseconds):
    return f"{summary.spread(nanoseconds).median / 1000:,.2f}"
