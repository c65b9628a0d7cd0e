"""The roofline: the time that a step's arithmetic takes at the processor's highest rate, and its memory traffic at the rate of
memory of that size, one after the other."""

import sys
from typing import NamedTuple

import workloads

from . import costs, programs, summary
from .tables import table, whole

STATES = {"sgd": 0, "momentum": 1, "rmsprop": 1, "adam": 2}  # arrays as large as the parameters that an optimizer keeps
FLOAT = 4


class Work(NamedTuple):
    """Of one training step."""

    operations: float  # multiplications and additions in matrix products
    optimizer_bytes: float  # read and written by the optimizer and the gradients that it reads
    optimizer_memory: float  # which this much memory holds
    activation_bytes: float
    activation_memory: float


def work(w):
    """Of a workload (peers/workloads.py)."""
    products = sum(n_in * n_out for n_in, n_out in zip(w.widths, w.widths[1:]))
    parameters = products + sum(w.widths[1:]) + (2 * sum(w.widths[1:-1]) if w.batch_norm else 0)
    states = STATES[w.optimizer]
    # Forward and both backward products, of which the first layer needs only that for the weights.
    operations = 2 * w.batch * (3 * products - w.widths[0] * w.widths[1])
    # The gradient is written and read; parameters and states are read and written.
    optimizer_bytes = FLOAT * parameters * (2 + 2 + 2 * states)
    # A value is written by the product, then read and written by bias and activation, and its gradient likewise; batch
    # normalisation reads and writes twice more each way. The inputs are written once, from a byte for each pixel.
    hidden = sum(w.widths[1:])
    touches = 6 + (8 if w.batch_norm else 0)
    activation_bytes = w.batch * (FLOAT * hidden * touches + (FLOAT + 1) * w.widths[0])
    activation_memory = FLOAT * w.batch * (w.widths[0] + 2 * hidden)
    return Work(operations, optimizer_bytes, FLOAT * parameters * (2 + states), activation_bytes, activation_memory)


def samples_per_second(w, operation_rate, optimizer_rate, activation_rate):
    """With operations a second, and bytes a second in memory of the two sizes."""
    found = work(w)
    seconds = (
        found.operations / operation_rate
        + found.optimizer_bytes / optimizer_rate
        + found.activation_bytes / activation_rate
    )
    return w.batch / seconds


def measure(options):
    """What the program `peak` reaches with each number of threads in memory of the sizes that the workloads need."""
    found = []
    for number in range(options.rounds):
        print(f"[peaks for the roofline, round {number + 1} of {options.rounds}]", file=sys.stderr, flush=True)
        for name in options.workloads:
            needed = work(workloads.WORKLOADS[name])
            for threads in options.threads:
                operations, optimizer = peak(threads, needed.optimizer_memory, options.seconds)
                _, activation = peak(threads, needed.activation_memory, options.seconds)
                rate = samples_per_second(workloads.WORKLOADS[name], operations, optimizer, activation)
                found.append({"workload": name, "threads": threads, "round": number, "rate": rate, "operations": operations})
    return found


def peak(threads, memory, seconds):
    """Operations and bytes a second."""
    command = [programs.built("peak"), str(threads), f"{memory / 1e6:.3f}", str(min(seconds, 0.4))]
    return [number * 1e9 for number in costs.numbers(command, threads, ["peak", str(threads)])]


def report(peaks, samples, frameworks, aims):
    """The roofline of each workload, the share of it that xgrad's samples a second reach, and how far it lies above the best of
    these frameworks at any number of threads: no aim beyond that can be reached on this machine."""
    threads = sorted({p["threads"] for p in peaks})
    rows = []
    for name in sorted({p["workload"] for p in peaks}):
        best = summary.best(samples, name, frameworks)
        row = [name, f"{aims[name]:.1f}"]
        for count in threads:
            roofline = summary.rates(peaks, workload=name, threads=count)
            own = summary.rates(samples, program="xgrad", workload=name, threads=count)
            row += [whole(summary.spread(roofline.values()).median), *(
                with_form(summary.spread(summary.ratios(*pair)), form)
                for pair, form in (((own, roofline), "{:.0%}"), ((roofline, best.rates if best else {}), "{:.2f}"))
            )]
        rows.append(row)
    header = ["", "aim", *(text for t in threads for text in (f"roofline {t}t", f"xgrad {t}t", f"over framework, {t}t"))]
    rates = (summary.spread([p["operations"] for p in peaks if p["threads"] == t]).median / 1e9 for t in threads)
    fastest = ", ".join(f"{rate:.0f} with {t} thread{'s' if t > 1 else ''}" for t, rate in zip(threads, rates))
    return (
        "The roofline in samples a second: matrix products at the rate of independent multiply-adds (10⁹ operations a second:"
        f" {fastest}), then the optimizer's and the activations' memory traffic at the measured rate of memory of that size;"
        " what share of it xgrad reaches; and how many times as fast as the best framework a trainer would be that reached all of"
        " it: the most that can be had on this machine, whatever the aim, unless products with zeros are left out.\n\n" + table(header, rows)
    )


def with_form(spread, form):
    return form.format(spread.median) if spread else "–"
