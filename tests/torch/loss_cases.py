"""Losses."""

import torch
import torch.nn.functional as F
from reference import case

CLASSES = [2, 0, 1, 2]
WEIGHT = [0.5, 2.0, 1.25]


def reduced(loss, reduction):
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


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


def multi_margin(x, target, weight, p, margin, reduction):
    """F.multi_margin_loss, of which PyTorch has no second derivative, written out."""
    at_target = x.gather(1, target[:, None])
    terms = weight[target][:, None] * torch.relu(margin - at_target + x) ** p
    others = torch.ones_like(x).scatter(1, target[:, None], 0)
    loss = (terms * others).sum(1) / x.shape[1]
    loss = reduced(loss, reduction)
    assert torch.allclose(loss, F.multi_margin_loss(x, target, p, margin, weight, reduction=reduction), rtol=1e-14)
    return loss


def add_classification():
    for reduction in ("mean", "sum", "none"):
        case(
            f"nll_loss {reduction}",
            lambda x, t, w: F.nll_loss(x, t, w, ignore_index=1, reduction=reduction),
            lambda v: [v.uniform(4, 3)],
            constants=(CLASSES, WEIGHT),
        )
        # PyTorch has no binary hinge loss: this is its definition.
        case(
            f"hinge_loss {reduction}",
            lambda x, y: reduced(torch.relu(0.75 - y * x), reduction),
            lambda v: [v.uniform(2, 4)],
            constants=[[[1.0, -1, 1, 1], [-1, -1, 1, -1]]],
        )
        for p in (1, 2):
            case(
                f"multi_margin_loss of power {p} {reduction}",
                lambda x, t, w: multi_margin(x, t, w, p, 0.75, reduction),
                lambda v: [v.distinct(4, 3)],
                constants=(CLASSES, WEIGHT),
            )


def weighted_binary_cross_entropy(x, y, weight, pos_weight, reduction):
    """F.binary_cross_entropy_with_logits, of which PyTorch has no derivative by the weights, written out."""
    loss = -weight * (pos_weight * y * F.logsigmoid(x) + (1 - y) * F.logsigmoid(-x))
    loss = reduced(loss, reduction)
    same = F.binary_cross_entropy_with_logits(x, y, weight.detach(), pos_weight=pos_weight.detach(), reduction=reduction)
    assert torch.allclose(loss, same, rtol=1e-14)
    return loss


def add_binary_cross_entropy():
    for reduction in ("mean", "sum", "none"):
        function = lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction=reduction)
        inputs = lambda v: [v.uniform(2, 3, low=-5, high=5), v.uniform(2, 3, low=0, high=1)]
        case(f"binary_cross_entropy_with_logits {reduction}", function, inputs)
        weighted = lambda x, y, w, p: weighted_binary_cross_entropy(x, y, w, p, reduction)
        inputs = lambda v: [v.uniform(2, 3), v.uniform(2, 3, low=0, high=1)] + [v.uniform(3, low=0.5, high=2) for _ in "wp"]
        case(f"bce_with_logits weighted {reduction}", weighted, inputs)
    case("binary_cross_entropy_with_logits none", function, [[1000, -1000, 1000, 0], [1, 1, 0, 0.5]], "far out")


def add_divergence():
    for reduction in ("mean", "batchmean", "sum", "none"):
        inputs = lambda v: [v.uniform(2, 3, low=-4, high=-0.25), v.uniform(2, 3, low=0.125, high=1)]
        case(f"kl_div {reduction}", lambda x, y: F.kl_div(x, y, reduction=reduction), inputs)
        inputs = lambda v: [v.uniform(2, 3, low=-4, high=-0.25), v.uniform(2, 3, low=-3, high=-0.25)]
        case(f"kl_div of logarithms {reduction}", lambda x, y: F.kl_div(x, y, reduction=reduction, log_target=True), inputs)
    # The slope by a probability of 0 is −∞; PyTorch gives NaN, so the targets are constants here.
    fixed = lambda x, y: F.kl_div(x, y, reduction="none")
    case("kl_div of fixed targets", fixed, [[-1, -2, -3]], "probability 0", [[0.0, 0.5, 1.0]])


def add():
    add_cross_entropy()
    add_regression()
    add_classification()
    add_binary_cross_entropy()
    add_divergence()
