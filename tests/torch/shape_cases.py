"""Shapes, axes, parts, joining."""

import torch
import torch.nn.functional as F
from reference import case


def pieces(parts):
    """Several results as one vector, the last first."""
    return torch.cat([part.reshape(-1) for part in reversed(parts)])


def add_indexing():
    select = lambda axis: lambda x, index: torch.index_select(x, axis, index)
    case("index_select axis 0", select(0), lambda v: [v.uniform(4, 2)], "some twice", [[2, 0, 2]])
    case("index_select axis 1", select(1), lambda v: [v.uniform(2, 3, 2)], constants=[[1, 1, 0, 2]])
    case("index_select axis 0", select(0), lambda v: [v.uniform(4, 2)], "none", [torch.zeros(0, dtype=torch.long)])
    positions = [[0, 2, 0], [1, 1, 2]]
    gather = lambda axis: lambda x, index: torch.gather(x, axis, index)
    case("gather axis 0", gather(0), lambda v: [v.uniform(3, 4)], "fewer columns", [positions])
    case("gather axis 1", gather(1), lambda v: [v.uniform(2, 3)], constants=[positions])
    scatter = lambda axis: lambda x, source, index: torch.scatter_add(x, axis, index, source)
    case("scatter_add axis 0", scatter(0), lambda v: [v.uniform(3, 4), v.uniform(2, 3)], "fewer columns", [positions])
    case("scatter_add axis 1", scatter(1), lambda v: [v.uniform(2, 3), v.uniform(2, 3)], constants=[positions])


def add():
    add_indexing()
    case("broadcast_to", lambda x: x.broadcast_to(2, 3, 4), lambda v: [v.uniform(3, 1)], "column")
    case("broadcast_to", lambda x: x.broadcast_to(2, 3, 4), lambda v: [v.uniform(4)], "row")
    case("sum_to", lambda x: x.sum_to_size(3, 1), lambda v: [v.uniform(2, 3, 4)])
    case("reshape", lambda x: x.reshape(3, -1), lambda v: [v.uniform(2, 6)])
    case("flatten", torch.flatten, lambda v: [v.uniform(2, 3, 2)])
    case("flatten", torch.flatten, lambda v: [v.uniform()], "scalar")
    case("flatten from axis 1", lambda x: torch.flatten(x, 1), lambda v: [v.uniform(2, 3, 2)])
    case("squeeze", torch.squeeze, lambda v: [v.uniform(1, 2, 1, 3)])
    case("squeeze axis 2", lambda x: torch.squeeze(x, 2), lambda v: [v.uniform(1, 2, 1, 3)])
    case("squeeze axis 2", lambda x: torch.squeeze(x, 2), lambda v: [v.uniform(1, 2, 2)], "of extent 2")
    case("unsqueeze axis 1", lambda x: torch.unsqueeze(x, 1), lambda v: [v.uniform(2, 3)])
    case("unsqueeze axis -1", lambda x: torch.unsqueeze(x, -1), lambda v: [v.uniform(2, 3)])
    case("permute", lambda x: x.permute(2, 0, 1), lambda v: [v.uniform(2, 3, 4)])
    case("transpose", lambda x: x.transpose(-2, -1), lambda v: [v.uniform(2, 3, 4)])
    case("transpose axes 0 and 2", lambda x: x.transpose(0, 2), lambda v: [v.uniform(2, 3, 4)])
    case("flip axis 1", lambda x: torch.flip(x, (1,)), lambda v: [v.uniform(2, 3, 2)])
    case("flip axes 0 and 2", lambda x: torch.flip(x, (0, 2)), lambda v: [v.uniform(2, 3, 2)])
    case("slice", lambda x: x[:, 1:6:2], lambda v: [v.uniform(2, 7)])
    case("slice from the end", lambda x: x[-3:-1], lambda v: [v.uniform(5, 2)])
    case("split", lambda x: pieces(torch.split(x, 2, 1)), lambda v: [v.uniform(2, 5)])
    case("split by sizes", lambda x: pieces(torch.split(x, [1, 0, 3], 0)), lambda v: [v.uniform(4, 2)])
    case("concat axis 0", lambda *x: torch.cat(x, 0), lambda v: [v.uniform(2, 3), v.uniform(1, 3), v.uniform(0, 3)])
    case("concat axis -1", lambda *x: torch.cat(x, -1), lambda v: [v.uniform(2, 3), v.uniform(2, 1)])
    case("stack axis 0", lambda *x: torch.stack(x, 0), lambda v: [v.uniform(2, 3), v.uniform(2, 3)])
    case("stack axis -1", lambda *x: torch.stack(x, -1), lambda v: [v.uniform(2, 3), v.uniform(2, 3), v.uniform(2, 3)])
    case("pad", lambda x: F.pad(x, (1, 2, 0, 1), value=0.5), lambda v: [v.uniform(2, 2, 3)])
