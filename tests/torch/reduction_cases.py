"""Reductions over axes, softmax."""

import math

import torch
from reference import case

INF, NAN = math.inf, math.nan

AXES = {
    "over all": ((2, 3), None, False),
    "over all kept": ((2, 3), None, True),
    "over axis 0": ((3, 4), (0,), False),
    "over axis -1 kept": ((2, 3, 2), (-1,), True),
    "over axes 0 and 2": ((2, 3, 2), (0, 2), False),
    "over axis 1": ((2, 3, 2), (1,), False),
}


def reduction(name, function, distinct=False):
    """`function` takes x, axes and keepdims."""
    for axes_name, (shape, axes, keepdims) in AXES.items():
        axes = tuple(range(len(shape))) if axes is None else axes
        inputs = lambda v: [v.distinct(*shape) if distinct else v.uniform(*shape)]
        case(f"{name} {axes_name}", lambda x: function(x, axes, keepdims), inputs)


def product(x, axes, keepdims):
    """torch.prod takes one axis at a time."""
    for axis in sorted((axis % x.dim() for axis in axes), reverse=True):
        x = torch.prod(x, axis, keepdim=keepdims)
    return x


def add_sums():
    reduction("sum", lambda x, axes, keepdims: torch.sum(x, axes, keepdim=keepdims))
    reduction("mean", lambda x, axes, keepdims: torch.mean(x, axes, keepdim=keepdims))
    reduction("prod", product)
    reduction("logsumexp", lambda x, axes, keepdims: torch.logsumexp(x, axes, keepdim=keepdims))
    reduction("var", lambda x, axes, keepdims: torch.var(x, axes, unbiased=True, keepdim=keepdims))
    reduction("std", lambda x, axes, keepdims: torch.std(x, axes, unbiased=True, keepdim=keepdims))
    for call, function in (("var", torch.var), ("std", torch.std)):
        case(f"{call} without correction", lambda x: function(x, (1,), unbiased=False), lambda v: [v.uniform(2, 4)])
        case(f"{call} over axis 0", lambda x: function(x, 0), [[0.5, 0.5, 0.5]], "all the same", order=1)
        case(f"{call} over axis 0", lambda x: function(x, 0), [[2.0]], "one element", order=1)
    case("sum over axis 0", lambda x: x.sum(0), lambda v: [v.uniform(0, 3)], "no elements")
    case("mean over axis 0", lambda x: x.mean(0), lambda v: [v.uniform(0, 3)], "no elements", order=1)
    case("prod over axis 0", lambda x: x.prod(0), lambda v: [v.uniform(0, 3)], "no elements")
    case("prod over axis 1", lambda x: x.prod(1), [[[2, 0, 3], [0, 0, 5], [0, 0, 0]]], "zeros")
    case("logsumexp over axis 1", lambda x: x.logsumexp(1), [[[1000, 999, -1000], [-1000, -1001, -1001]]], "far out")
    case("logsumexp over axis 1", lambda x: x.logsumexp(1), [[[-INF, 1, -INF], [INF, 1, 2], [-INF, -INF, -INF]]], "infinities", order=1)
    case("cumsum axis 0", lambda x: x.cumsum(0), lambda v: [v.uniform(4, 2)])
    case("cumsum axis 1", lambda x: x.cumsum(1), lambda v: [v.uniform(2, 3, 2)])


def add_norms():
    reduction("norm", lambda x, axes, keepdims: torch.linalg.vector_norm(x, 2, axes, keepdims))
    case("norm over axis 1", lambda x: torch.linalg.vector_norm(x, 2, 1), [[[3, 4], [0, 0], [0, -2]]], "zeros", order=1)
    for p in (1, 1.5, 3, INF):
        call, function = f"norm of order {p} over axis 1", lambda x: torch.linalg.vector_norm(x, p, 1)
        case(call, function, lambda v: [v.distinct(2, 3)])
        case(call, function, [[[3, 0], [0, 0]]], "zeros", order=1)
    case(call, function, [[[2, -2], [1, 1]]], "ties")


def add_extremes():
    for call, function, index in (("max", torch.amax, torch.argmax), ("min", torch.amin, torch.argmin)):
        reduction(call, lambda x, axes, keepdims: function(x, axes, keepdim=keepdims), distinct=True)
        case(f"{call} over axis 1", lambda x: function(x, 1), [[[1, 3, 3], [1, 1, 3], [2, 2, 2]]], "ties")
        case(f"{call} over axis 0", lambda x: function(x, 0), [[2, INF, -INF, INF]], "infinities", order=1)
        case(f"{call} over axis 0", lambda x: function(x, 0), [[2, NAN, 3]], "NaN", order=0)
        case(f"arg{call} over axis 1", lambda x: index(x, 1), [[[1, 3, 3], [1, 1, 3], [2, 2, 2]]], "ties", order=0)
        case(f"arg{call} of all", index, lambda v: [v.distinct(3, 4)], order=0)


def add():
    add_sums()
    add_norms()
    add_extremes()
    for call, function in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
        case(call, lambda x: function(x, -1), lambda v: [v.uniform(3, 4, low=-5, high=5)])
        case(call, lambda x: function(x, -1), [[[1000, 0, -1000], [-(2.0**100), 5, 5]]], "far apart")
        case(f"{call} over axis 0", lambda x: function(x, 0), lambda v: [v.uniform(3, 4)])
        case(f"{call} over axis 1", lambda x: function(x, 1), lambda v: [v.uniform(2, 3, 2)])
