"""Reductions over axes, softmax."""

import torch
from reference import case

AXES = {
    "over all": ((2, 3), None, False),
    "over all kept": ((2, 3), None, True),
    "over axis 0": ((3, 4), (0,), False),
    "over axis -1 kept": ((2, 3, 2), (-1,), True),
    "over axes 0 and 2": ((2, 3, 2), (0, 2), False),
    "over axis 1": ((2, 3, 2), (1,), False),
}


def reduction(name, function, low=-2.0, high=2.0, distinct=False):
    """`function` takes x, axes and keepdims."""
    for axes_name, (shape, axes, keepdims) in AXES.items():
        axes = tuple(range(len(shape))) if axes is None else axes
        inputs = lambda v: [v.distinct(*shape) if distinct else v.uniform(*shape, low=low, high=high)]
        case(f"{name} {axes_name}", lambda x: function(x, axes, keepdims), inputs)
    case(f"{name} over all", lambda x: function(x, (), False) if x.dim() == 0 else x, lambda v: [v.uniform(low=low, high=high)], "scalar")


def add():
    reduction("sum", lambda x, axes, keepdims: torch.sum(x, axes, keepdim=keepdims))
    reduction("mean", lambda x, axes, keepdims: torch.mean(x, axes, keepdim=keepdims))
    case("sum over axis 0", lambda x: x.sum(0), lambda v: [v.uniform(0, 3)], "no elements")
    for call, function in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
        case(call, lambda x: function(x, -1), lambda v: [v.uniform(3, 4, low=-5, high=5)])
        case(call, lambda x: function(x, -1), [[[1000, 0, -1000], [-(2.0**100), 5, 5]]], "far apart")
        case(f"{call} over axis 0", lambda x: function(x, 0), lambda v: [v.uniform(3, 4)])
        case(f"{call} over axis 1", lambda x: function(x, 1), lambda v: [v.uniform(2, 3, 2)])
