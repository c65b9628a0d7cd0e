"""Normalisation and noise."""

import math

import torch
import torch.nn.functional as F
from reference import case


def batch_norm(**options):
    """Trained, with running statistics that nobody looks at; or evaluated with the given ones."""

    def call(x, weight, bias, mean=None, var=None):
        return F.batch_norm(x, mean, var, weight, bias, **options)

    return call


def running_statistics(x, mean, var):
    """Both after one batch, one behind the other."""
    mean, var = mean.clone(), var.clone()
    F.batch_norm(x, mean, var, training=True, momentum=0.25)
    return torch.cat([mean, var])


def add_layer_norm():
    over_rows = lambda x, weight, bias: F.layer_norm(x, (4,), weight, bias)
    case("layer_norm", over_rows, lambda v: [v.uniform(3, 4), v.uniform(4), v.uniform(4)], "rows")
    case("layer_norm", over_rows, lambda v: [v.uniform(2, 2, 4), v.uniform(4), v.uniform(4)], "more axes")
    case("layer_norm", over_rows, lambda v: [torch.full((2, 4), 0.5), v.uniform(4), v.uniform(4)], "all the same", order=1)
    matrices = lambda x, weight, bias: F.layer_norm(x, (2, 3), weight, bias, 0.125)
    case("layer_norm over two axes", matrices, lambda v: [v.uniform(3, 2, 3), v.uniform(2, 3), v.uniform(2, 3)])
    case("layer_norm without weight", lambda x: F.layer_norm(x, (3,)), lambda v: [v.uniform(2, 3)])


def add():
    add_layer_norm()
    trained = batch_norm(training=True, eps=1e-5)
    case("batch_norm", trained, lambda v: [v.uniform(5, 3), v.uniform(3), v.uniform(3)], "rows")
    case("batch_norm", trained, lambda v: [v.uniform(2, 2, 4), v.uniform(2), v.uniform(2)], "channels with a length")
    case("batch_norm", trained, lambda v: [torch.full((4, 2), 0.5), v.uniform(2), v.uniform(2)], "all the same", order=1)
    case(
        "batch_norm evaluated",
        batch_norm(training=False, eps=0.125),
        lambda v: [v.uniform(4, 3), v.uniform(3), v.uniform(3)],
        constants=([0.5, -1.0, 0.25], [1.0, 2.0, 0.25]),
    )
    case("batch_norm without weight", lambda x: F.batch_norm(x, None, None, training=True), lambda v: [v.uniform(5, 2)])
    case(
        "batch_norm running statistics",
        running_statistics,
        lambda v: [v.uniform(5, 2)],
        constants=([0.5, -1.0], [1.0, 2.0]),
        order=0,
    )
    # PyTorch draws its masks from another generator: only what does not depend on the mask can be compared.
    case("dropout of all", lambda x: F.dropout(x, 1.0), lambda v: [v.uniform(2, 3)])
    case("relu_dropout of all", lambda x: F.dropout(F.relu(x), 1.0), lambda v: [v.uniform(2, 3)])
    case("relu_dropout evaluated", lambda x: F.dropout(F.relu(x), 0.5, training=False), lambda v: [v.uniform(2, 3)])
    case("dropout evaluated", lambda x: F.dropout(x, 0.5, training=False), lambda v: [v.uniform(2, 3)])
    case(
        "batch_norm_relu_dropout without dropout",
        lambda x, weight, bias: F.relu(trained(x, weight, bias)),
        lambda v: [v.uniform(6, 16), v.uniform(16), v.uniform(16)],
    )
    case(
        "batch_norm_relu_dropout of all",
        lambda x, weight, bias: F.dropout(F.relu(trained(x, weight, bias)), 1.0),
        lambda v: [v.uniform(4, 16), v.uniform(16), v.uniform(16)],
    )
    case("gaussian_noise", lambda x: x + 0.5 * normal(x.shape, seed=3, stream=5, position=2), lambda v: [v.uniform(3, 7)])


    case("orientation_histograms", orientation_histograms(8, 4), lambda v: [v.fine(2, 8, 12)])
    case("orientation_histograms of odd cells", orientation_histograms(5, 3), lambda v: [v.fine(2, 2, 6, 3)])


def orientation_histograms(orientations, cell):
    """By angles, and by a convolution with the cells' weights."""
    step = math.pi / orientations
    inside = 1 - ((torch.arange(2 * cell) + 0.5) / cell - 1).abs()
    if cell % 2 == 1:  # the kernel's middle is a pixel
        inside = 1 - ((torch.arange(2 * cell - 1) + 1.0) / cell - 1).abs()
    kernel = (inside[:, None] * inside / cell**2)[None, None]

    def call(x):
        images = x.reshape(-1, 1, *x.shape[-2:])
        p = F.pad(images, (1, 1, 1, 1), mode="replicate")
        dx, dy = p[:, :, 1:-1, 2:] - p[:, :, 1:-1, :-2], p[:, :, 2:, 1:-1] - p[:, :, :-2, 1:-1]
        angles = torch.atan2(dy, dx) - step * torch.arange(orientations).reshape(-1, 1, 1)
        t = torch.remainder(angles + math.pi / 2, math.pi) - math.pi / 2
        votes = torch.hypot(dx, dy) * torch.where(t.abs() < step, torch.sin(step - t.abs()) / math.sin(step), torch.zeros(()))
        cells = F.conv2d(votes.flatten(0, 1)[:, None], kernel, stride=cell, padding=cell // 2)
        return cells.reshape(*x.shape[:-2], orientations, *cells.shape[-2:])

    return call


def philox_block(key, counter):
    """Four words of Philox4x32-10. Source: Salmon et al. 2011."""
    low = 0xFFFFFFFF
    k0, k1 = key & low, key >> 32
    c = [counter >> shift & low for shift in (0, 32, 64, 96)]
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [second >> 32 ^ c[1] ^ k0, second & low, first >> 32 ^ c[3] ^ k1, first & low]
        k0, k1 = k0 + 0x9E3779B9 & low, k1 + 0xBB67AE85 & low
    return c


def normal(shape, seed, stream, position):
    """Normal numbers by Box and Muller's formula from pairs of words."""
    count = shape.numel()
    words = [w for block in range((count + 3) // 4) for w in philox_block(seed, stream << 64 | position + block)]
    words = torch.tensor(words, dtype=torch.float64).reshape(-1, 2) / 2**32
    radius, angle = torch.sqrt(-2 * torch.log(words[:, 0] + 2.0**-33)), 2 * math.pi * words[:, 1]
    pairs = torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=1)
    return pairs.reshape(-1)[:count].reshape(shape)
