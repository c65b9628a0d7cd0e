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


    for reduction in ("mean", "sum", "none"):
        case(
            f"cross_entropy of distributions {reduction}",
            lambda x, q, w: F.cross_entropy(x, q, w, label_smoothing=0.25, reduction=reduction),
            lambda v: [v.uniform(4, 3), v.uniform(4, 3, low=0, high=1)],
            constants=[WEIGHT],
        )


def add_regression():
    losses = {
        "mse_loss": F.mse_loss,
        "l1_loss": F.l1_loss,
        "huber_loss": lambda x, y, reduction: F.huber_loss(x, y, reduction, 0.75),
        "smooth_l1_loss": lambda x, y, reduction: F.smooth_l1_loss(x, y, reduction=reduction, beta=0.75),
    }
    for call, function in losses.items():
        for reduction in ("mean", "sum", "none"):
            loss = lambda x, y: function(x, y, reduction=reduction)
            case(f"{call} {reduction}", loss, lambda v: [v.uniform(3, 4), v.uniform(3, 4)])
        kinks = [[1, 1.75, 0.25, -8, 2], [1, 1, 1, 3, 2.0 - 2**-10]]
        case(f"{call} none", lambda x, y: function(x, y, reduction="none"), kinks, "kinks")


def add():
    add_cross_entropy()
    add_regression()
