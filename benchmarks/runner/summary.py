"""The arithmetic of the tables: medians, spread, ratios of what was measured in the same round, growth exponents."""

import math
from statistics import median
from typing import NamedTuple

MOST_OTHERS = 0.25  # of a processor, in a round that counts
LEAST_PACE = 0.9  # of the highest rate at which the processor was seen to work
LEAST_ROUNDS = 3


class Spread(NamedTuple):
    """The median of some numbers, and between which bounds their middle half lies."""

    median: float
    low: float
    high: float
    count: int


def quantile(values, share):
    """Linear between the values in order, as NumPy's default."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def spread(values):
    values = list(values)
    if not values:
        return None
    return Spread(median(values), quantile(values, 0.25), quantile(values, 0.75), len(values))


def rates(samples, **wanted):
    """Round → samples a second, of the samples whose fields have the wanted values."""
    return {
        s["round"]: s["rate"]
        for s in samples
        if "rate" in s and all(s[field] == value for field, value in wanted.items())
    }


def without_disturbed(samples):
    """Without what was measured while others used the machine or the processor was slow, but for a series of which fewer than three rounds would be left:
    such a series is kept whole. Also the number of samples that were left out, and of disturbed ones that were kept."""
    series = {}
    for sample in samples:
        key = (sample["program"], sample["setting"], sample["workload"], sample["threads"])
        series.setdefault(key, []).append(sample)
    fastest = max((s.get("pace", 0) for s in samples), default=0)
    kept, dropped, disturbed = [], 0, 0
    for members in series.values():
        quiet = [s for s in members if s.get("others", 0) <= MOST_OTHERS and s.get("pace", fastest) >= LEAST_PACE * fastest]
        if len(quiet) >= LEAST_ROUNDS:
            kept += quiet
            dropped += len(members) - len(quiet)
        else:
            kept += members
            disturbed += len(members) - len(quiet)
    return kept, dropped, disturbed


def ratios(one, other):
    """Of two series round → value: the ratios in the rounds that both have."""
    return [one[number] / other[number] for number in sorted(one) if number in other]


class Best(NamedTuple):
    program: str
    setting: str
    threads: int
    rates: dict


def best(samples, workload, names):
    """Of these programs, the setting and number of threads with the highest median; None if there is no sample."""
    found = None
    keys = {(s["program"], s["setting"], s["threads"]) for s in samples if s["workload"] == workload and s["program"] in names}
    for program, setting, threads in sorted(keys):
        series = rates(samples, workload=workload, program=program, setting=setting, threads=threads)
        if series and (found is None or median(series.values()) > median(found.rates.values())):
            found = Best(program, setting, threads, series)
    return found


def growth_exponent(sizes, times):
    """The slope of a straight line through (log size, log time), by least squares: time grows as size to this power."""
    x, y = [math.log(size) for size in sizes], [math.log(time) for time in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    variance = sum((a - mean_x) ** 2 for a in x)
    if len(x) < 2 or variance == 0:
        raise ValueError("a growth exponent needs two different sizes")
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / variance
