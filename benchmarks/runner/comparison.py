"""`--compare REV`: xgrad of the working tree against xgrad of another revision, in turns."""

import os
import shutil
import subprocess
import sys

from . import measuring, programs, summary
from .tables import table, whole, with_range


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=programs.ROOT, check=True, capture_output=True, text=True).stdout.strip()


def build(revision):
    """mlp_training of a revision, built in a git worktree that is taken away again. The worktree has its build folder where every
    clone has it, so that ccache knows the sources that did not change."""
    commit = git("rev-parse", "--verify", f"{revision}^{{commit}}")
    folder = os.path.join(programs.ROOT, "build", "compare")
    source, program = os.path.join(folder, commit[:12]), os.path.join(folder, f"mlp_training-{commit[:12]}")
    if os.access(program, os.X_OK):
        return commit, program
    print(f"Building {revision} ({commit[:12]}) ...", file=sys.stderr, flush=True)
    git("worktree", "prune")
    git("worktree", "add", "--force", "--detach", source, commit)
    try:
        configure = ["cmake", "--preset", "release", "-DXGRAD_BUILD_TESTS=OFF", "-DXGRAD_BUILD_APPS=OFF"]
        subprocess.run(configure, cwd=source, check=True, stdout=subprocess.DEVNULL)
        compile_it = ["cmake", "--build", "--preset", "release", "--target", "mlp_training"]
        subprocess.run(compile_it, cwd=source, check=True, stdout=sys.stderr)
        shutil.copy2(os.path.join(source, "build", "release", "bin", "mlp_training"), program)
    finally:
        git("worktree", "remove", "--force", source)
    return commit, program


def main(options):
    try:
        commit, program = build(options.compare)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or "").strip()
        print(f"./dev bench: {options.compare} could not be built{': ' + reason if reason else ''}", file=sys.stderr)
        return 1
    now, then = "working tree", commit[:12]
    pair = [programs.Program("xgrad", name, [path], [], {}) for name, path in ((now, programs.built("mlp_training")), (then, program))]
    samples = measuring.interleaved(pair, options.workloads, options.threads, options.seconds, options.rounds)
    print(f"\nSamples a second, and the working tree over {then}: median and middle half of the ratios within a round.\n")
    print(report(samples, options, now, then))
    return 1 if any("error" in sample for sample in samples) else 0


def report(samples, options, now, then):
    samples, _, disturbed = summary.without_disturbed(samples)
    rows = []
    for workload in options.workloads:
        for threads in options.threads:
            series = [summary.rates(samples, workload=workload, threads=threads, setting=name) for name in (now, then)]
            row = [workload, threads, *(whole(summary.spread(s.values()).median) if s else "–" for s in series)]
            rows.append([*row, with_range(summary.spread(summary.ratios(*series)), "{:.3f}")])
    text = table(["", "threads", now, then, "ratio"], rows)
    return text + (f"\n{disturbed} samples count although others used the machine.\n" if disturbed else "")
