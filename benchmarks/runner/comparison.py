"""`--compare REV`: xgrad of the working tree against xgrad of another revision. Both train in one process, in turns of 20 ms."""

import os
import shutil
import subprocess
import sys

from . import measuring, programs, summary
from .tables import table, whole, with_range

MODULE = "training_module.so"


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=programs.ROOT, check=True, capture_output=True, text=True).stdout.strip()


def build(revision):
    """The training module of a revision, built in a git worktree that is taken away again: its library with the benchmarks of the
    working tree, so that nothing but the library differs. The worktree has its build folder where every clone has it, so that
    ccache knows the sources that did not change."""
    commit = git("rev-parse", "--verify", f"{revision}^{{commit}}")
    folder = os.path.join(programs.ROOT, "build", "compare")
    source, module = os.path.join(folder, commit[:12]), os.path.join(folder, f"{commit[:12]}-{MODULE}")
    print(f"Building {revision} ({commit[:12]}) ...", file=sys.stderr, flush=True)
    git("worktree", "prune")
    git("worktree", "add", "--force", "--detach", source, commit)
    try:
        shutil.rmtree(os.path.join(source, "benchmarks"))
        shutil.copytree(os.path.join(programs.ROOT, "benchmarks"), os.path.join(source, "benchmarks"))
        configure = ["cmake", "--preset", "release", "-DXGRAD_BUILD_TESTS=OFF", "-DXGRAD_BUILD_APPS=OFF"]
        subprocess.run(configure, cwd=source, check=True, stdout=subprocess.DEVNULL)
        compile_it = ["cmake", "--build", "--preset", "release", "--target", "training_module"]
        subprocess.run(compile_it, cwd=source, check=True, stdout=sys.stderr)
        shutil.copy2(os.path.join(source, "build", "release", "bin", MODULE), module)
    finally:
        git("worktree", "remove", "--force", source)
    return commit, module


def turns(workload, threads, seconds, modules):
    """Pairs of samples a second.  Throws: RuntimeError."""
    command = [programs.built("compare_training"), workload, str(threads), str(seconds), *modules]
    process, _ = measuring.run(command, threads)
    if process.returncode != 0:
        raise RuntimeError(f"{workload} with {threads} threads: {measuring.last_line(process.stderr)}")
    return [tuple(map(float, line.split())) for line in process.stdout.splitlines()]


def main(options):
    try:
        commit, module = build(options.compare)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or "").strip()
        print(f"./dev bench: {options.compare} could not be built{': ' + reason if reason else ''}", file=sys.stderr)
        return 1
    modules = [programs.built(MODULE), module]
    measured, cells = {}, [(w, t) for w in options.workloads for t in options.threads]
    for number in range(options.rounds):
        for workload, threads in cells:
            print(f"round {number + 1} of {options.rounds}: {workload}, threads: {threads}", file=sys.stderr, flush=True)
            try:
                pairs = turns(workload, threads, options.seconds, modules)
            except RuntimeError as error:
                print(f"./dev bench: {error}", file=sys.stderr)
                return 1
            measured.setdefault((workload, threads), []).append(pairs)
    print(f"\nSamples a second, and the working tree over {commit[:12]}: of all turns, median and middle half of the ratios within a")
    print("pair of turns; and of the medians of each round, the least and the most.\n")
    print(report(measured, commit[:12]))
    return 0


def report(measured, then):
    """`measured`: (workload, threads) → a list of pairs of samples a second for each round."""
    rows = []
    for (workload, threads), rounds in measured.items():
        pairs = [pair for members in rounds for pair in members]
        rates = [whole(summary.spread(rate).median) for rate in zip(*pairs)]
        ratios = [[now / before for now, before in members] for members in rounds]
        medians = [summary.spread(members).median for members in ratios]
        spread = summary.spread([ratio for members in ratios for ratio in members])
        rows.append([workload, threads, *rates, with_range(spread, "{:.3f}"), f"{min(medians):.3f}–{max(medians):.3f}"])
    return table(["", "threads", "working tree", then, "ratio", "rounds"], rows)
