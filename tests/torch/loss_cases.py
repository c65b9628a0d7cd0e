"""Losses."""

import torch
import torch.nn.functional as F
from reference import case

CLASSES = [2, 0, 1, 2]
WEIGHT = [0.5, 2.0, 1.25]


def add_cross_entropy():
    for reduction in ("mean", "sum", "none"):
        function = lambda x, t: F.cross_entropy(x, t, reduction=reduction)
        case(f"cross_entropy {reduction}", function, lambda v: [v.uniform(4, 3)], constants=[CLASSES])
    case("cross_entropy mean", F.cross_entropy, [[[1000, 0, -1000], [-1000, 0, 1000]]], "far apart", [[0, 0]])
    case("cross_entropy mean", F.cross_entropy, lambda v: [v.uniform(4, 3)], "ignored rows", [[2, -100, 1, -100]])
    for reduction in ("mean", "sum", "none"):
        case(
            f"cross_entropy smoothed and weighted {reduction}",
            lambda x, t, w: F.cross_entropy(x, t, w, ignore_index=1, label_smoothing=0.25, reduction=reduction),
            lambda v: [v.uniform(4, 3)],
            constants=(CLASSES, WEIGHT),
        )


def add():
    add_cross_entropy()
