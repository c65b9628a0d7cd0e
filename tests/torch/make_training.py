#!/usr/bin/python3
"""Writes tests/data/torch/training.json: 50 steps of training small networks with PyTorch, in double: initial values, the loss
of every step, and the final values with running statistics.

Needs Debian's python3-torch 1.13. The file is checked in; run this after adding a case, and look at what changed.
"""

import json
import pathlib

import torch
from reference import Inputs, array, number
from torch import nn

FEATURES, CLASSES, SAMPLES, BATCH, STEPS = 6, 3, 43, 8, 50  # 43 is no multiple of 8: every sixth batch has 3 samples

ACTIVATIONS = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "gelu_tanh": lambda: nn.GELU(approximate="tanh"),
    "silu": nn.SiLU,
    "softplus": lambda: nn.Softplus(threshold=1000),  # PyTorch's default is the identity above 20: 2e-9 away from the function
    "log_sigmoid": nn.LogSigmoid,
}

O = torch.optim
# The options are the names of xgrad's command line: optim::OptimizerSettings.
OPTIMIZERS = {
    "sgd": lambda p, lr, wd: O.SGD(p, lr, weight_decay=wd),
    "momentum": lambda p, lr, wd: O.SGD(p, lr, 0.9, weight_decay=wd),
    "nag": lambda p, lr, wd: O.SGD(p, lr, 0.9, weight_decay=wd, nesterov=True),
    "rmsprop": lambda p, lr, wd: O.RMSprop(p, lr, 0.99, 1e-8, wd),
    "adam": lambda p, lr, wd: O.Adam(p, lr, (0.9, 0.999), 1e-8, wd),
    "adamw": lambda p, lr, wd: O.AdamW(p, lr, (0.9, 0.999), 1e-8, wd),
    "nadam": lambda p, lr, wd: O.NAdam(p, lr, (0.9, 0.999), 1e-8, wd),
    "adagrad": lambda p, lr, wd: O.Adagrad(p, lr, weight_decay=wd, eps=1e-8),
    "adadelta": lambda p, lr, wd: O.Adadelta(p, lr, 0.99, 1e-8, wd),
}

#        hidden   activation    normalisation  loss                optimizer   lr     weight decay
CASES = [
    ([7],       "relu",        "none",   "cross_entropy",      "sgd",      0.1,   0.0),
    ([7, 5],    "tanh",        "none",   "cross_entropy",      "momentum", 0.05,  5e-4),
    ([9, 4],    "sigmoid",     "none",   "mean_squared_error", "nag",      0.5,   0.0),
    ([8],       "leaky_relu",  "batch",  "cross_entropy",      "rmsprop",  0.002, 1e-2),
    ([7, 6],    "relu",        "batch",  "cross_entropy",      "adam",     0.01,  0.0),
    ([7, 6],    "elu",         "batch",  "mean_squared_error", "adam",     0.01,  5e-4),
    ([10],      "gelu",        "none",   "cross_entropy",      "adamw",    0.02,  0.1),
    ([5, 5, 5], "gelu_tanh",   "layer",  "cross_entropy",      "nadam",    0.01,  5e-4),
    ([7],       "silu",        "layer",  "mean_squared_error", "adagrad",  0.1,   0.0),
    ([6, 6],    "softplus",    "batch",  "cross_entropy",      "adadelta", 1.0,   1e-2),
    ([7, 5],    "log_sigmoid", "none",   "cross_entropy",      "rmsprop",  0.005, 0.0),
    ([],        "identity",    "none",   "cross_entropy",      "sgd",      0.3,   1e-2),
    ([6],       "identity",    "batch",  "mean_squared_error", "momentum", 0.1,   1e-2),
]


def network(hidden, activation, normalization):
    modules, width = [], FEATURES
    for w in hidden:
        modules.append(nn.Linear(width, w))
        if normalization != "none":
            modules.append(nn.BatchNorm1d(w) if normalization == "batch" else nn.LayerNorm(w))
        modules.append(ACTIVATIONS[activation]())
        width = w
    return nn.Sequential(*modules, nn.Linear(width, CLASSES))


def state(model):
    return {name: array(t) for name, t in model.state_dict().items() if t.is_floating_point()}


def train(x, y, number_of_case, hidden, activation, normalization, loss_name, optimizer_name, lr, decay):
    torch.manual_seed(number_of_case)
    model = network(hidden, activation, normalization)
    initial = state(model)
    optimizer = OPTIMIZERS[optimizer_name](model.parameters(), lr, decay)
    losses, begin = [], 0
    for _ in range(STEPS):
        out, target = model(x[begin:begin + BATCH]), y[begin:begin + BATCH]
        if loss_name == "cross_entropy":
            loss = nn.functional.cross_entropy(out, target)
        else:
            loss = ((torch.softmax(out, 1) - nn.functional.one_hot(target, CLASSES)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(number(loss))
        begin = begin + BATCH if begin + BATCH < SAMPLES else 0
    return {
        "hidden": hidden, "activation": activation, "normalization": normalization, "loss": loss_name, "optimizer": optimizer_name,
        "lr": lr, "weight_decay": decay, "initial": initial, "losses": losses, "final": state(model),
    }


if __name__ == "__main__":
    inputs = Inputs("training")
    x = inputs.uniform(SAMPLES, FEATURES)
    y = (x[:, 0] * x[:, 1] > 0.3).long() + (x[:, 2] > 0.5).long()
    path = pathlib.Path(__file__).resolve().parent.parent / "data" / "torch" / "training.json"
    with open(path, "w", encoding="utf-8") as file:
        compact = dict(separators=(",", ":"), allow_nan=False)
        data = {"x": array(x), "y": y.tolist(), "batch": BATCH, "classes": CLASSES}
        file.write(f'{{"torch":"{torch.__version__}","data":{json.dumps(data, **compact)},"cases":[\n')
        file.write(",\n".join(json.dumps(train(x, y, i, *case), **compact) for i, case in enumerate(CASES)) + "\n]}\n")
    print(f"{len(CASES)} cases, {path.stat().st_size / 1000:.0f} kB: {path}")
