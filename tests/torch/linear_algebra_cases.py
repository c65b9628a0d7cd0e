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


SYSTEMS = {
    "columns": ((3, 3), (3, 2)),
    "one vector": ((3, 3), (3,)),
    "batch": ((2, 3, 3), (2, 3, 1)),
    "batches that broadcast": ((2, 1, 2, 2), (3, 2, 2)),
    "of extent 1": ((1, 1), (1, 2)),
}


def regular(v, *shape):
    """Matrices far from singular: twice the unit matrix and numbers in [−½, ½]."""
    return 2 * torch.eye(shape[-1]) + v.uniform(*shape, low=-0.5, high=0.5)


def positive(x):
    """A symmetric positive definite function of x."""
    return x @ x.transpose(-1, -2) + torch.eye(x.shape[-1])


def pieces(*parts):
    """Several results as one vector, the last first."""
    return torch.cat([part.reshape(-1) for part in reversed(parts)])


def slogdet(x):
    sign, log = torch.linalg.slogdet(x)
    return pieces(sign, log)


def eigh(x):
    """Eigenvalues, and what does not depend on the signs of the vectors, of a symmetric function of x."""
    values, vectors = torch.linalg.eigh((x + x.transpose(-1, -2)) / 2)
    return pieces(values, vectors**2)


def svd(x):
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    return pieces(u**2, s, vh**2)


def add_systems():
    for label, (a, b) in SYSTEMS.items():
        case("solve", torch.linalg.solve, lambda v: [regular(v, *a), v.uniform(*b)], label)
    for call, upper, transposed in (
        ("solve_triangular lower", False, False),
        ("solve_triangular upper", True, False),
        ("solve_triangular lower transposed", False, True),
    ):

        def triangular(a, b):
            triangle = torch.triu(a) if upper else torch.tril(a)
            return torch.linalg.solve(triangle.transpose(-1, -2) if transposed else triangle, b)

        case(call, triangular, lambda v: [regular(v, 3, 3), v.uniform(3, 2)])
        case(call, triangular, lambda v: [regular(v, 2, 3, 3), v.uniform(2, 3, 2)], "batch")


def add_decompositions():
    for label, shape in (("matrix", (3, 3)), ("batch", (2, 2, 2)), ("of extent 1", (1, 1))):
        case("inverse", torch.linalg.inv, lambda v: [regular(v, *shape)], label)
        case("det", torch.linalg.det, lambda v: [regular(v, *shape)], label)
        case("slogdet", slogdet, lambda v: [-regular(v, *shape)], label)
        case("cholesky", lambda x: torch.linalg.cholesky(positive(x)), lambda v: [v.uniform(*shape)], label)
        apart = torch.diag(torch.arange(1.0, shape[-1] + 1))
        case("eigh", eigh, lambda v: [3 * apart + v.uniform(*shape, low=-0.5, high=0.5)], label)
        case("svd", svd, lambda v: [3 * apart + v.uniform(*shape, low=-0.5, high=0.5)], label)
    rows = torch.tensor([[2.0, 0, 0], [0, 4, 0]])
    case("svd", svd, lambda v: [rows + v.uniform(2, 3, low=-0.5, high=0.5)], "wide")
    case("svd", svd, lambda v: [rows.T + v.uniform(3, 2, low=-0.5, high=0.5)], "tall")


def add():
    add_systems()
    add_decompositions()
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
    rectified = lambda x, weight, bias: F.relu(F.linear(x, weight, bias))
    case("linear_relu", rectified, lambda v: [v.uniform(6, 5), v.uniform(7, 5), v.uniform(7)])
