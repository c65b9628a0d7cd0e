"""Products and decompositions of matrices."""

import torch
import torch.nn.functional as F
from reference import case

PRODUCTS = {
    "vectors": ((3,), (3,)),
    "matrices": ((2, 3), (3, 4)),
    "matrix and vector": ((2, 3), (3,)),
    "vector and matrix": ((3,), (3, 2)),
    "batch and matrix": ((2, 2, 3), (3, 2)),
    "batches that broadcast": ((2, 1, 2, 3), (3, 3, 1)),
    "vector and batch": ((3,), (2, 3, 2)),
    "no inner extent": ((2, 0), (0, 3)),
}


def add():
    for label, (a, b) in PRODUCTS.items():
        case("matmul", torch.matmul, lambda v: [v.uniform(*a), v.uniform(*b)], label)
    transposed = lambda a, b: a.transpose(-1, -2) @ b.transpose(-1, -2)
    case("matmul transposed", transposed, lambda v: [v.uniform(2, 3, 2), v.uniform(4, 3)])
    case("dot", torch.dot, lambda v: [v.uniform(5), v.uniform(5)])
    case("outer", torch.outer, lambda v: [v.uniform(3), v.uniform(2)])
    case("linear", F.linear, lambda v: [v.uniform(4, 3), v.uniform(2, 3), v.uniform(2)])
    case("linear", F.linear, lambda v: [v.uniform(2, 2, 3), v.uniform(2, 3), v.uniform(2)], "batches")
    case("linear", F.linear, lambda v: [v.uniform(3), v.uniform(2, 3), v.uniform(2)], "one vector")
    case("linear without bias", F.linear, lambda v: [v.uniform(4, 3), v.uniform(2, 3)])
