"""Arithmetic, functions of one number, activations, powers, comparisons."""

import math

import torch
import torch.nn.functional as F
from reference import case

INF, NAN = math.inf, math.nan

BROADCASTS = {
    "same shape": ((2, 3), (2, 3)),
    "matrix and row": ((2, 3), (3,)),
    "row and column": ((3,), (2, 1)),
    "scalar and matrix": ((), (2, 2)),
    "cube and matrix": ((2, 2, 3), (2, 3)),
    "inner axis of 1": ((2, 1, 3), (2, 1)),
    "empty": ((0, 3), (1, 3)),
}


def pairs(call, function, low=-2.0, high=2.0, order=2):
    for label, (a, b) in BROADCASTS.items():
        case(call, function, lambda v: [v.uniform(*a, low=low, high=high), v.uniform(*b, low=low, high=high)], label, order=order)


def unary(call, function, low=-2.0, high=2.0):
    case(call, function, lambda v: [v.uniform(3, 5, low=low, high=high)])
    case(call, function, lambda v: [v.uniform(low=low, high=high)], "scalar")
    case(call, function, lambda v: [v.uniform(0, 2, low=low, high=high)], "empty")


def add_arithmetic():
    pairs("add", torch.add)
    pairs("sub", torch.sub)
    pairs("mul", torch.mul)
    pairs("div", torch.div, low=0.5)
    case("div", torch.div, [[1, -1, 0, 3], [0, 0, 0, INF]], "division by zero", order=1)
    unary("add_scalar", lambda x: x + 1.5)
    unary("mul_scalar", lambda x: -2.5 * x)
    unary("div_scalar", lambda x: x / 3)
    unary("neg", torch.neg)
    unary("reciprocal", torch.reciprocal, low=0.5)
    case("reciprocal", torch.reciprocal, [[0, INF, -4, NAN]], "zero, infinity and NaN", order=1)


def add_functions():
    unary("exp", torch.exp)
    unary("expm1", torch.expm1)
    unary("log", torch.log, low=0.25)
    unary("log1p", torch.log1p, low=-0.75)
    unary("sqrt", torch.sqrt, low=0.25)
    unary("square", torch.square)
    unary("abs", torch.abs)
    unary("sin", torch.sin, low=-8, high=8)
    unary("cos", torch.cos, low=-8, high=8)
    unary("erf", torch.erf)
    unary("clamp", lambda x: torch.clamp(x, -1.03125, 0.78125))
    tiny = [[2.0**-30, -(2.0**-30), 2.0**-60, -(2.0**-100)]]
    for name, function in (("expm1", torch.expm1), ("log1p", torch.log1p), ("sin", torch.sin), ("erf", torch.erf)):
        case(name, function, tiny, "tiny")
    for name, function in (("exp", torch.exp), ("expm1", torch.expm1), ("erf", torch.erf)):
        case(name, function, [[1000, -1000, 0, INF, -INF, NAN]], "ends", order=1)
    case("log", torch.log, [[0, 1, INF, -1, NAN]], "ends", order=1)
    case("sqrt", torch.sqrt, [[0, 1, INF, -1, NAN]], "ends", order=1)
    case("abs", torch.abs, [[0, INF, -INF]], "kink and infinities")
    case("clamp", lambda x: torch.clamp(x, -1.03125, 0.78125), [[-1.03125, 0.78125, 0.5, INF, -INF, NAN]], "ends")
    case("clamp from above", lambda x: torch.clamp(x, max=0.5), [[0.5, -8, 1, 0.25]], "ends")


def add_activations():
    # PyTorch's softplus is x from a threshold on, which is 20 unless told otherwise; xgrad's has none.
    activations = {
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "log_sigmoid": F.logsigmoid,
        "relu": torch.relu,
        "leaky_relu": F.leaky_relu,
        "leaky_relu with slope": lambda x: F.leaky_relu(x, -0.5),
        "elu": F.elu,
        "elu with alpha": lambda x: F.elu(x, 0.75),
        "gelu": F.gelu,
        "gelu tanh": lambda x: F.gelu(x, approximate="tanh"),
        "silu": F.silu,
        "softplus": lambda x: F.softplus(x, threshold=500),
    }
    for call, function in activations.items():
        unary(call, function, low=-3, high=4)
        case(call, function, [[0, 4, -4, 1000, -1000]], "kink and saturation")
        if not call.startswith("elu"):  # PyTorch's elu gives NaN the slope 1, xgrad's a NaN
            case(call, function, [[NAN]], "NaN", order=1)
    for call in ("tanh", "sigmoid", "log_sigmoid", "relu", "leaky_relu", "elu"):
        case(call, activations[call], [[INF, -INF]], "infinities", order=1)
    case("tanh", torch.tanh, [[2.0**-30, -(2.0**-30), 2.0**-100]], "tiny")


def add_powers():
    for exponent in (0, 1, 2, 3, -1, -2, 0.5, -0.5, 1.75):
        call = f"pow to {exponent}"
        function = lambda x: torch.pow(x, exponent)
        case(call, function, lambda v: [v.uniform(2, 4, low=0.25)])
        if exponent == int(exponent):
            case(call, function, lambda v: [v.uniform(2, 4, low=-2, high=-0.25)], "negative base")
        case(call, function, [[0, INF, NAN]], "zero, infinity and NaN", order=1)
    pairs("pow", torch.pow, low=0.25)
    case("pow", torch.pow, [[0, 0, 0, 0, 0], [0, 1, 2, 0.5, -1]], "base 0", order=1)
    case("pow", torch.pow, [[-2, -2, -2, 1, NAN, 2], [2, 3, 0.5, NAN, 0, INF]], "negative bases and NaN", order=1)
    case("pow of a number", lambda x: torch.pow(2.0, x), lambda v: [v.uniform(2, 3)])


def add_comparisons():
    ties = [[1, 2, 3, 3, -1, 0], [2, 2, 3, 1, -1, -0.0]]
    unordered = [[NAN, 1, NAN, INF, -INF], [1, NAN, NAN, INF, 0]]
    for call, function in (("maximum", torch.maximum), ("minimum", torch.minimum)):
        for label, (a, b) in BROADCASTS.items():
            case(call, function, lambda v: [v.distinct(*a), v.distinct(*b) + 1 / 32], label)
        case(call, function, ties, "ties")
        case(call, function, unordered, "NaN and infinities", order=1)
    comparisons = {
        "greater": torch.greater,
        "greater_equal": torch.greater_equal,
        "less": torch.less,
        "less_equal": torch.less_equal,
        "equal": torch.eq,
        "not_equal": torch.not_equal,
    }
    for call, function in comparisons.items():
        pairs(call, function, order=0)
        case(call, function, ties, "ties", order=0)
        case(call, function, unordered, "NaN and infinities", order=0)
    choose = lambda a, b, mask: torch.where(mask, a, b)
    case("where", choose, lambda v: [v.uniform(2, 3), v.uniform(2, 3)], "same shape", [[[True, False, True], [False, False, True]]])
    case("where", choose, lambda v: [v.uniform(2, 3), v.uniform(3)], "column of masks", [[[True], [False]]])
    case("where", choose, lambda v: [v.uniform(), v.uniform(2, 1)], "row of masks", [[True, False, True]])
    case("where", choose, [[1, NAN, INF], [NAN, 2, 3]], "NaN not chosen", [[True, False, True]])


def add():
    add_arithmetic()
    add_functions()
    add_activations()
    add_powers()
    add_comparisons()
