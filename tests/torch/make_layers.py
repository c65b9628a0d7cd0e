#!/usr/bin/python3
"""Writes tests/data/torch/layers.json, what PyTorch's layers give, and sequential.safetensors, a model as PyTorch names it.

Needs Debian's python3-torch 1.13. The files are checked in; run this after adding a case, and look at what changed.
"""

import json
import pathlib
import struct

import torch
from network_cases import orientation_histograms
from reference import Inputs, array
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "torch"


def fill(module, inputs):
    """Parameters and running statistics other than the initial ones; variances stay positive."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if tensor.is_floating_point():
                tensor.copy_(inputs.uniform(*tensor.shape, low=0.5 if name.endswith("var") else -1.5, high=1.5))
    return module


def state(module):
    """The names in PyTorch's order; counters are integers."""
    return [[name, array(t) if t.is_floating_point() else int(t)] for name, t in module.state_dict().items()]


def passes(name, module, shape, training, draw=Inputs.uniform):
    """Outputs and gradients for several batches, one after another, each in training (True) or evaluation mode."""
    inputs = Inputs(name)
    fill(module, inputs)
    result = {"name": name, "before": state(module), "passes": []}
    for mode in training:
        module.train(mode)
        module.zero_grad()
        x = draw(inputs, *shape).requires_grad_()
        y = module(x)
        seed = inputs.uniform(*y.shape)
        y.backward(seed)
        result["passes"].append({
            "training": mode, "x": array(x), "y": array(y), "seed": array(seed), "x_gradient": array(x.grad),
            "gradients": [array(p.grad) for p in module.parameters()], "after": state(module),
        })
    return result


def cases():
    yield passes("linear", nn.Linear(5, 3), (4, 5), [True])
    yield passes("linear without bias", nn.Linear(5, 3, bias=False), (4, 5), [True])
    yield passes("linear on three axes", nn.Linear(4, 3), (2, 3, 4), [True])
    yield passes("batch_norm", nn.BatchNorm1d(3), (6, 3), [True, True, False, True, False])
    yield passes("batch_norm with options", nn.BatchNorm1d(3, eps=0.01, momentum=0.4), (5, 3), [True, True, False])
    yield passes("layer_norm", nn.LayerNorm(6), (4, 6), [True, False])
    yield passes("layer_norm with options", nn.LayerNorm(3, eps=0.1), (2, 4, 3), [True])
    yield passes("oriented gradients", OrientedGradients(8, 12), (3, 96), [True], Inputs.fine)
    yield passes("sequential", sequential(), (7, 4), [True, True, False])


class OrientedGradients(nn.Module):
    """Blocks of 2 × 2 cells of 4 × 4 pixels, each divided by its length."""

    def __init__(self, height, width):
        super().__init__()
        self.shape = (height, width)

    def forward(self, x):
        histograms = orientation_histograms(8, 4)(x.reshape(-1, *self.shape))
        blocks = histograms.unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 4, 5, 1, 2, 3).flatten(1, 3)
        blocks = blocks / torch.sqrt((blocks**2).sum(1, keepdim=True) + 0.1**2)
        return torch.cat([x, blocks.flatten(1)], 1)


def sequential():
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 5, bias=False), nn.LayerNorm(5), nn.ReLU(),
                         nn.Linear(5, 3))


def distillation(temperature):
    """The loss as its paper has it, with the divergence of torch.nn.functional."""
    inputs = Inputs("distillation")
    z = inputs.uniform(5, 4, low=-3, high=3).requires_grad_()
    q = torch.softmax(inputs.uniform(5, 4, low=-3, high=3), -1)
    divergence = nn.functional.kl_div(torch.log_softmax(z / temperature, -1), q, reduction="batchmean")
    loss = divergence * temperature**2
    loss.backward()
    return {"temperature": temperature, "outputs": array(z), "q": array(q), "loss": loss.item(), "gradient": array(z.grad)}


def write_safetensors(path, module):
    """By hand, as the format's description says: the header's length, the header, the bytes."""
    header, blob = {}, b""
    for name, t in module.state_dict().items():
        data = t.numpy().tobytes()
        kind = {torch.float64: "F64", torch.int64: "I64"}[t.dtype]
        header[name] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + blob)


if __name__ == "__main__":
    with open(FOLDER / "layers.json", "w", encoding="utf-8") as file:
        lines = [json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases()]
        losses = [json.dumps(distillation(t), separators=(",", ":"), allow_nan=False) for t in (1.0, 4.0)]
        file.write(f'{{"torch":"{torch.__version__}","cases":[\n' + ",\n".join(lines))
        file.write('\n],"distillation":[\n' + ",\n".join(losses) + "\n]}\n")
    model = fill(sequential(), Inputs("sequential"))  # the weights of the case of that name, before its first pass
    write_safetensors(FOLDER / "sequential.safetensors", model)
    for name in ("layers.json", "sequential.safetensors"):
        print(f"{(FOLDER / name).stat().st_size / 1000:.1f} kB: {FOLDER / name}")
