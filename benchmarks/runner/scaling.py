"""The part `scaling`: how the time of a step grows with the network and the batch, and that of an operation with the graph."""

import sys

from . import costs, programs, summary
from .tables import table

BATCH = 128
# Two hidden layers of these widths have about 10⁴ to 10⁷ parameters.
WIDTHS = (12, 37, 117, 310, 730, 1480, 2790)
DEPTHS = (1, 2, 4, 8, 16, 32)  # hidden layers of 256
BATCHES = (16, 64, 256, 1024, 4096)
LENGTHS = (10, 100, 1000, 10**4, 10**5, 10**6)  # operations on 4 × 4 elements


def measure(options):
    widths = WIDTHS[::3] if options.quick else WIDTHS
    lengths = LENGTHS[::2] if options.quick else LENGTHS
    points = [("width", (w, 2, BATCH)) for w in widths]
    points += [("depth", (256, d, BATCH)) for d in (DEPTHS[::2] if options.quick else DEPTHS)]
    points += [("batch", (256, 2, b)) for b in (BATCHES[::2] if options.quick else BATCHES)]
    samples = []
    for number in range(options.rounds):
        print(f"[scaling, round {number + 1} of {options.rounds}]", file=sys.stderr, flush=True)
        for series, point in points:
            command = [programs.built("step_time"), *map(str, point), str(options.seconds)]
            parameters, seconds = costs.numbers(command, 1, ["xgrad"])
            size = point[2] if series == "batch" else parameters
            samples.append({"series": series, "round": number, "size": size, "time": seconds})
        for length in lengths:
            command = [programs.built("graph_chain"), "mix", "4", str(length), str(options.seconds)]
            _, _, _, forward, backward = costs.numbers(command, 1, ["xgrad", "mix"])
            seconds = (forward + backward) * length * 1e-9
            samples.append({"series": "graph", "round": number, "size": length, "time": seconds})
    return {"samples": samples}


TITLES = {
    "width": (f"A training step against the parameters, by the width of two hidden layers (Adam, batch {BATCH})", "parameters"),
    "depth": (f"A training step against the parameters, by the number of hidden layers of 256 (Adam, batch {BATCH})", "parameters"),
    "batch": ("A training step against the batch (784-256-256-10, Adam)", "samples"),
    "graph": ("Forward and backward through a chain against its length (add, mul, tanh in turn on 4 × 4 elements)", "operations"),
}


def report(result):
    text = ["One thread, medians. A growth exponent p between two lines means that time grew as size to the power p.\n"]
    for series, (title, unit) in TITLES.items():
        medians = {}
        for sample in result["samples"]:
            if sample["series"] == series:
                medians.setdefault(sample["size"], []).append(sample["time"])
        points = [(size, summary.spread(times).median) for size, times in sorted(medians.items())]
        text.append(f"{title}: exponent {summary.growth_exponent(*zip(*points)):.2f} over all.\n")
        text.append(table([unit, "ms", "ns per one", "exponent from the line above"], rows(points)))
    return "\n".join(text)


def rows(points):
    for index, (size, time) in enumerate(points):
        growth = f"{summary.growth_exponent(*zip(*points[index - 1 : index + 1])):.2f}" if index else ""
        yield [f"{size:,.0f}", f"{time * 1e3:,.4f}", f"{time * 1e9 / size:,.2f}", growth]
