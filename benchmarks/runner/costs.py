"""The part `costs`: what an operation costs beside its arithmetic, what a step takes from the system, how much memory it needs."""

import importlib.util
import os
import sys

from . import measuring, programs, summary
from .tables import table, with_range

KINDS = ("add", "mul", "tanh", "mix")
SIDE, LENGTH = 16, 1000


def chain_programs():
    candidates = [(name, [programs.built(name + "_chain")]) for name in ("raw", "graph", "libtorch")]
    candidates = [("xgrad" if name == "graph" else name, command) for name, command in candidates]
    if importlib.util.find_spec("torch"):
        candidates.append(("pytorch", [sys.executable, os.path.join(programs.PEERS, "pytorch_chain.py")]))
    return [(name, command) for name, command in candidates if os.access(command[0], os.X_OK)]


def measure(options):
    return {"chains": chains(options), "steps": steps(options), "memory": memory(options), "rounds": options.rounds}


def chains(options):
    """One entry a run: nanoseconds an operation without recording, forward, backward."""
    found = []
    for number in range(options.rounds):
        print(f"[operation overhead, round {number + 1} of {options.rounds}]", file=sys.stderr, flush=True)
        for kind in KINDS:
            for name, command in chain_programs():
                fields = numbers([*command, kind, str(SIDE), str(LENGTH), str(options.seconds)], 1, [name, kind])
                times = dict(zip(("plain", "forward", "backward"), fields[2:]))
                found.append({"round": number, "program": name, "kind": kind, **times})
    return found


def steps(options):
    found = []
    for workload in options.workloads:
        for threads in options.threads:
            print(f"[allocations, {workload}, threads {threads}]", file=sys.stderr, flush=True)
            command = [programs.built("step_costs"), workload, str(threads)]
            fields = numbers(command, threads, ["xgrad", workload])[1:]
            names = ("allocations", "most allocations", "page faults", "peak")
            found.append({"workload": workload, "threads": threads, **dict(zip(names, fields))})
    return found


def memory(options):
    """One short training of each program on one thread, for the peak of its memory."""
    found = programs.find(tuned=False)[0]
    samples = measuring.interleaved(found, options.workloads, [1], min(0.3, options.seconds), 1)
    return [{key: s[key] for key in ("program", "workload", "peak")} for s in samples if s.get("peak")]


def numbers(command, threads, expected):
    """The numbers that a program prints after the expected words. Throws: RuntimeError."""
    process, _ = measuring.run(command, threads)
    words = process.stdout.split()
    if process.returncode != 0 or words[: len(expected)] != expected:
        raise RuntimeError(f"{command} ended with {process.returncode}: {measuring.last_line(process.stderr)}")
    return [float(word) for word in words[len(expected) :]]


def report(result):
    return "\n".join([chain_report(result["chains"]), step_report(result["steps"]), memory_report(result["memory"])])


def chain_report(chains):
    names = list(dict.fromkeys(entry["program"] for entry in chains))
    rows = []
    for kind in KINDS:
        arithmetic = {e["round"]: both_ways(e) for e in chains if (e["program"], e["kind"]) == ("raw", kind)}
        for name in names:
            runs = [entry for entry in chains if (entry["program"], entry["kind"]) == (name, kind)]
            columns = [[entry[part] for entry in runs] for part in ("plain", "forward", "backward")]
            columns.append([both_ways(entry) for entry in runs])
            columns.append([both_ways(e) - arithmetic[e["round"]] for e in runs if name != "raw" and e["round"] in arithmetic])
            spreads = [summary.spread(column) for column in columns]
            rows.append([f"{kind}, {name}", *(with_range(s, "{:,.0f}") if s else "–" for s in spreads)])
    header = ["", "unrecorded", "forward", "backward", "forward and backward", "of it beside the arithmetic"]
    return (
        f"Nanoseconds an operation, in a chain of {LENGTH:,} on {SIDE} × {SIDE} elements (`mix`: add, mul, tanh in turn): median"
        " and middle half over rounds. `raw` is the arithmetic alone: derivatives by hand, as plain loops over memory that is"
        " there already (`benchmarks/raw_chain.cpp`, compiled for this machine with -ffast-math); the last column is what a"
        " program takes longer than that in the same round.\n\n" + table(header, rows)
    )


def both_ways(entry):
    return entry["forward"] + entry["backward"]


def step_report(steps):
    header = ["", "threads", "allocations", "most in one step", "page faults"]
    rows = [
        [s["workload"], s["threads"], *(f"{s[key]:.0f}" for key in ("allocations", "most allocations", "page faults"))]
        for s in steps
    ]
    return (
        "Calls of malloc and its kin, and page faults, in a training step of xgrad: the medians over 100 steps after 30 others,"
        " and the most; an epoch begins with a new order of the samples.\n\n" + table(header, rows)
    )


def memory_report(peaks):
    names = list(dict.fromkeys(entry["program"] for entry in peaks))
    found = {(entry["program"], entry["workload"]): f"{entry['peak']:.0f}" for entry in peaks}
    rows = [[w, *(found.get((name, w), "–") for name in names)] for w in dict.fromkeys(entry["workload"] for entry in peaks)]
    return "The most memory that a training program had at once, data included, in MB.\n\n" + table(["", *names], rows)
