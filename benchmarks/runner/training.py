"""The part `training`: samples a second on the workloads, of xgrad, its peers and the hand-written limit."""

from . import measuring, programs, roofline, summary
from .tables import table, whole, with_range

OTHERS = ("numpy", "sklearn")  # without automatic differentiation
# How many times the samples a second of the best framework xgrad has to reach.
AIMS = {"W1": 4.0, "W2": 4.0, "W3": 2.2, "W4": 2.5, "W5": 2.2, "W6": 2.2, "W7": 3.3, "W8": 1.5}


def measure(options):
    found, missing = programs.find(tuned=not options.quick, torch=options.torch)
    for one in missing:
        print(f"{one.name} is left out: {one.reason}.")
    samples = measuring.interleaved(found, options.workloads, options.threads, options.seconds, options.rounds)
    return {
        "samples": samples,
        "peaks": roofline.measure(options),
        "missing": [one._asdict() for one in missing],
        "seconds": options.seconds,
        "rounds": options.rounds,
    }


def frameworks(samples):
    """Those with automatic differentiation: libtorch and every PyTorch that was measured."""
    return sorted({s["program"] for s in samples} - {"xgrad", "limit", *OTHERS})


def order_of(values):
    return sorted(set(values), key=str)


def report(result):
    """Markdown: samples a second, ratios, and what has to be known about them."""
    samples, dropped, disturbed = summary.without_disturbed(result["samples"])
    workloads = order_of(s["workload"] for s in samples)
    threads = order_of(s["threads"] for s in samples if s["program"] == "xgrad")
    text = [
        "Samples a second, the median; peers at their best over settings and numbers of threads (1t: one thread).\n",
        rates_table(samples, workloads, threads),
        "xgrad's samples a second over those of others: of the best framework with automatic differentiation, of the better of"
        " NumPy and scikit-learn, whatever their number of threads; then of the best framework and of the limit with as many"
        " threads as xgrad. The median of the ratios within a round, and their middle half.\n",
        ratios_table(samples, workloads, threads),
        roofline.report(result["peaks"], samples, frameworks(samples), AIMS),
        notes(result, dropped, disturbed),
    ]
    return "\n".join(text)


def rates_table(samples, workloads, threads):
    peers = frameworks(samples) + [p for p in OTHERS if any(s["program"] == p for s in samples)]
    limits = [t for t in threads if any(s["program"] == "limit" and s["threads"] == t for s in samples)]
    header = ["", *(f"xgrad {t}t" for t in threads), *peers, *(f"limit {t}t" for t in limits)]
    rows = []
    for workload in workloads:
        row = [workload]
        row += [series_text(samples, workload, "xgrad", t) for t in threads]
        row += [best_text(summary.best(samples, workload, (peer,))) for peer in peers]
        row += [series_text(samples, workload, "limit", t) for t in limits]
        rows.append(row)
    return table(header, rows)


def series_text(samples, workload, program, threads):
    found = summary.spread(summary.rates(samples, workload=workload, program=program, threads=threads).values())
    return whole(found.median) if found else "–"


def best_text(found):
    if found is None:
        return "–"
    setting = f", {found.setting}" if found.setting else ""
    return f"{whole(summary.spread(found.rates.values()).median)} ({found.threads}t{setting})"


def ratios_table(samples, workloads, threads):
    header = ["", "aim"]
    for what in ("framework", "NumPy etc.", "framework, both", "limit, both"):
        header += [f"{what} {t}t" if what.endswith("both") else f"{what}, {t}t" for t in threads]
    rows = []
    for workload in workloads:
        own = {t: summary.rates(samples, workload=workload, program="xgrad", threads=t) for t in threads}
        row = [workload, f"{AIMS[workload]:.1f}"]
        for names in (frameworks(samples), OTHERS):
            peer = summary.best(samples, workload, names)
            row += [ratio_text(own[t], peer.rates if peer else {}) for t in threads]
        for names in (frameworks(samples), ("limit",)):
            peers = (summary.best([s for s in samples if s["threads"] == t], workload, names) for t in threads)
            row += [ratio_text(own[t], peer.rates if peer else {}) for t, peer in zip(threads, peers)]
        rows.append(row)
    return table(header, rows)


def ratio_text(own, others):
    return with_range(summary.spread(summary.ratios(own, others)))


def notes(result, dropped, disturbed):
    rounds = result["rounds"]
    lines = [f"{rounds} round{'s' if rounds > 1 else ''} of {result['seconds']:g} s for each program after a warm-up, interleaved."]
    if dropped:
        lines.append(f"{dropped} samples are left out because others used the machine or slowed it down.")
    if disturbed:
        lines.append(f"{disturbed} samples count although others used the machine or slowed it down: measure again when it is quiet.")
    failed = sorted({f"{s['program']} {s['workload']} {s['threads']}t ({s['error']})" for s in result["samples"] if "error" in s})
    if failed:
        lines.append("Failed: " + "; ".join(failed) + ".")
    if result["missing"]:
        lines.append("Not measured: " + "; ".join(f"{one['name']} ({one['reason']})" for one in result["missing"]) + ".")
    return " ".join(lines) + "\n"
