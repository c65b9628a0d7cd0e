"""Running programs one after the other, and noting what else the machine did meanwhile."""

import math
import os
import resource
import subprocess
import sys
import time

from .machine import better_blas_core
from .programs import built
from .summary import LEAST_PACE

NO_EQUIVALENT = 3  # the exit status of a peer that cannot train a workload
TICKS = os.sysconf("SC_CLK_TCK")


def environment(threads, further=None):
    """What a program sees: the natural kernels of OpenBLAS, if it knows the processor, and as many threads in every library."""
    result = dict(os.environ)
    result.pop("OPENBLAS_CORETYPE", None)
    if better_blas_core():
        result["OPENBLAS_CORETYPE"] = better_blas_core()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        result[name] = str(threads)
    result.update(further or {})
    return result


def busy_seconds():
    """Of all processors since the machine started: what programs used, and what the host took away."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / TICKS


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(command, threads, further=None, timeout=600):
    """The finished process, and how many processors others used on average meanwhile."""
    busy, own, start = busy_seconds(), children_seconds(), time.monotonic()
    process = subprocess.run(
        command, env=environment(threads, further), capture_output=True, text=True, timeout=timeout, check=False
    )
    wall = max(time.monotonic() - start, 1e-3)
    others = (busy_seconds() - busy - (children_seconds() - own)) / wall
    return process, max(0.0, others)


class Pace:
    """How many operations a second the processor does at the moment. Where it is shared with others that one cannot see, on a
    virtual machine, it does half as many for seconds at a time, and nothing else tells."""

    TRIES = 20

    def __init__(self, command, threads):
        self.command = command + [str(threads), "0.1", "0.05"]
        self.fastest = 0.0

    def now(self):
        """10⁹ operations a second, of as many threads as there are cores to be measured on."""
        process = subprocess.run(self.command, capture_output=True, text=True, timeout=60, check=True)
        rate = float(process.stdout.split()[2])
        self.fastest = max(self.fastest, rate)
        return rate

    def settle(self):
        """Waits for a moment when the processor is as fast as it can be, for some seconds at most; returns how fast it is."""
        for _ in range(self.TRIES):
            rate = self.now()
            if rate >= LEAST_PACE * self.fastest:
                break
            time.sleep(0.2)
        return rate


def last_line(text):
    return (text.strip().splitlines() or ["(nothing on standard error)"])[-1]


def noted(text, name):
    """The number in the line that begins with a name; None if there is no such line, as with older programs."""
    found = [line.split()[1] for line in text.splitlines() if line.startswith(name + " ")]
    return float(found[0]) if found else None


def train(program, workload, threads, seconds):
    """One sample as a dictionary; with "error" in place of "rate" if the program failed, or None if it has no such workload."""
    command = program.command + [workload, str(threads), str(seconds)] + program.arguments
    sample = {"program": program.name, "setting": program.setting, "workload": workload, "threads": threads}
    try:
        process, others = run(command, threads, program.environment)
    except subprocess.TimeoutExpired:
        return {**sample, "error": "took longer than ten minutes"}
    if process.returncode == NO_EQUIVALENT:
        return None
    fields = process.stdout.split()
    if process.returncode != 0 or fields[:3] != [program.prints or program.name, workload, str(threads)]:
        return {**sample, "error": f"exit status {process.returncode}: {last_line(process.stderr)}"}
    loss = noted(process.stderr, "loss")
    if loss is not None and not math.isfinite(loss):
        return {**sample, "error": f"the loss became {loss}: it does not train what it should"}
    return {
        **sample,
        "rate": float(fields[3]),
        "loss": loss,
        "peak": noted(process.stderr, "peak"),
        "others": round(others, 3),
    }


def interleaved(programs, workloads, threads, seconds, rounds):
    """Samples of every program, workload and number of threads, in rounds: what is compared is measured within seconds of each
    other, so that a machine that slows down for a while slows down all; and each while the processor is fast, if it can be
    had. Prints a line for each."""
    samples, skipped, pace = [], set(), Pace([built("peak")], max(threads))
    tasks = [(w, t, p) for w in workloads for t in threads for p in programs if t >= p.least_threads]
    start, done, total = time.monotonic(), 0, rounds * len(tasks)
    for number in range(rounds):
        for workload, count, program in tasks:
            done += 1
            if (program.label, workload) in skipped:
                continue
            before = pace.settle()
            sample = train(program, workload, count, seconds)
            if sample is None:
                skipped.add((program.label, workload))
                continue
            sample["round"] = number
            sample["pace"] = round(min(before, pace.now()), 1)
            samples.append(sample)
            left = (time.monotonic() - start) / done * (total - done)
            show(f"{done}/{total}", sample, program.label, left)
    return samples


def show(progress, sample, label, left):
    what = f"{sample['rate']:12,.0f} samples/s" if "rate" in sample else f"FAILED: {sample['error']}"
    note = f"  ({sample['others']:.1f} processors busy with other things)" if sample.get("others", 0) > 0.25 else ""
    place = f"round {sample['round'] + 1}  {sample['workload']}  threads {sample['threads']}"
    print(f"[{progress}, {left / 60:.0f} min left]  {place}  {label:30} {what}{note}", file=sys.stderr, flush=True)
