#!/usr/bin/python3
"""Trains the same network with PyTorch and with `xgrad train`, in double, from the same weights and in the same order of images,
and compares the loss of every step.

usage: check_training.py PROGRAM [-n CASES] [--seed SEED]

Draws CASES random configurations (widths, activation, batch normalisation, loss, optimizer and its numbers, weight decay, batch size) and
fails if any step of any of them differs by more than 1e-9 relative. Training can amplify rounding beyond any bound (batch
normalisation divides by the spread of as few as five numbers, adaptive steps by the size of tiny gradients): where a step differs
by more, PyTorch is run against itself from weights that differ in their last bit, and a case in which that alone changes a loss by
more than 1e-10 tells nothing about formulas up to 100 times that change (one rounding of each weight, once, against the hundreds
of every step); it is counted apart. Needs python3-torch and Fashion-MNIST.
"""
import argparse
import gzip
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # NAdam keeps a product of factors in the default type

FOLDER = "/usr/share/datasets/fashion-mnist/"
ACTIVATIONS = {
    "identity": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU,
    "gelu": nn.GELU, "gelu_tanh": lambda: nn.GELU(approximate="tanh"), "silu": nn.SiLU, "softplus": lambda: nn.Softplus(threshold=1000),
    "log_sigmoid": nn.LogSigmoid,
}
OPTIMIZERS = ["sgd", "momentum", "nag", "rmsprop", "adam", "adamw", "nadam", "adagrad", "adadelta", "lbfgs"]
SCHEDULERS = ["none", "none", "none", "step", "exponential", "cosine", "one_cycle"]


def images(limit):
    with gzip.open(FOLDER + "train-images-idx3-ubyte.gz") as f:
        f.read(16)
        x = torch.frombuffer(bytearray(f.read(limit * 784)), dtype=torch.uint8).reshape(limit, 784)
    with gzip.open(FOLDER + "train-labels-idx1-ubyte.gz") as f:
        f.read(8)
        y = torch.frombuffer(bytearray(f.read(limit)), dtype=torch.uint8)
    return x.double() / 255, y.long()


def write_safetensors(path, state):
    header, blob = {}, b""
    for name, tensor in state.items():
        data = tensor.detach().contiguous().numpy().tobytes()
        dtype = "I64" if tensor.dtype == torch.int64 else "F64"
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + blob)


def draw(rng):
    c = {
        "hidden": [rng.randint(3, 40) for _ in range(rng.randint(1, 4))],
        "activation": rng.choice(list(ACTIVATIONS)),
        "batch_norm": rng.random() < 0.4,
        "loss": rng.choice(["cross_entropy", "cross_entropy", "mean_squared_error"]),
        "label_smoothing": 0.0,
        "optimizer": rng.choice(OPTIMIZERS),
        "learning_rate": 10 ** rng.uniform(-4, -1.5),
        "weight_decay": rng.choice([0, 0, 5e-4, 1e-2]),
        "batch": rng.choice([5, 16, 33, 64]),
        "momentum": rng.uniform(0.1, 0.95), "beta": rng.uniform(0.5, 0.999), "beta1": rng.uniform(0.5, 0.95), "beta2": rng.uniform(0.9, 0.999),
        "epsilon": 10 ** rng.uniform(-10, -5),
        "scheduler": rng.choice(SCHEDULERS),
        "clip_norm": rng.choice([0, 0, 0, 0.5]),
        "epochs": 2, "limit": 330,
    }
    if c["loss"] == "cross_entropy" and rng.random() < 0.3:
        c["label_smoothing"] = rng.uniform(0, 0.3)
    if c["optimizer"] == "lbfgs":
        # Line searches amplify rounding tenfold and more with every step, so a few steps are all that can be compared.
        c.update(weight_decay=0, learning_rate=1.0, scheduler="none", clip_norm=0, batch=c["limit"], epochs=3)
    return c


def network(c):
    modules, width = [], 784
    for hidden in c["hidden"]:
        modules.append(nn.Linear(width, hidden))
        if c["batch_norm"]:
            modules.append(nn.BatchNorm1d(hidden))
        modules.append(ACTIVATIONS[c["activation"]]())
        width = hidden
    return nn.Sequential(*modules, nn.Linear(width, 10)).double()


def optimizer(c, parameters):
    lr, wd, betas = c["learning_rate"], c["weight_decay"], (c["beta1"], c["beta2"])
    o, e = torch.optim, c["epsilon"]
    return {
        "sgd": lambda: o.SGD(parameters, lr, weight_decay=wd),
        "momentum": lambda: o.SGD(parameters, lr, c["momentum"], weight_decay=wd),
        "nag": lambda: o.SGD(parameters, lr, c["momentum"], weight_decay=wd, nesterov=True),
        "rmsprop": lambda: o.RMSprop(parameters, lr, c["beta"], e, wd),
        "adam": lambda: o.Adam(parameters, lr, betas, e, wd),
        "adamw": lambda: o.AdamW(parameters, lr, betas, e, wd),
        "nadam": lambda: o.NAdam(parameters, lr, betas, e, wd),
        "adagrad": lambda: o.Adagrad(parameters, lr, weight_decay=wd, eps=e),
        "adadelta": lambda: o.Adadelta(parameters, lr, c["beta"], e, wd),
        "lbfgs": lambda: o.LBFGS(parameters, lr, max_iter=1, line_search_fn="strong_wolfe"),
    }[c["optimizer"]]()


def scheduler(c, opt, steps):
    s = torch.optim.lr_scheduler
    return {
        "none": lambda: (None, False),
        "step": lambda: (s.StepLR(opt, 1, 0.5), False),
        "exponential": lambda: (s.ExponentialLR(opt, 0.5), False),
        "cosine": lambda: (s.CosineAnnealingLR(opt, steps), True),
        "one_cycle": lambda: (s.OneCycleLR(opt, c["learning_rate"], total_steps=steps, cycle_momentum=False), True),
    }[c["scheduler"]]()


def losses_of_torch(c, model, x, y):
    def loss_of(i):
        out = model(x[i:i + c["batch"]])
        t = y[i:i + c["batch"]]
        if c["loss"] == "cross_entropy":
            return nn.functional.cross_entropy(out, t, label_smoothing=c["label_smoothing"])
        return ((torch.softmax(out, 1) - nn.functional.one_hot(t, 10)) ** 2).mean()

    opt = optimizer(c, list(model.parameters()))
    starts = range(0, len(x), c["batch"])
    sched, per_step = scheduler(c, opt, c["epochs"] * len(starts))
    losses = []
    for _ in range(c["epochs"]):
        for i in starts:
            def closure():
                opt.zero_grad()
                loss = loss_of(i)
                loss.backward()
                if c["clip_norm"]:
                    nn.utils.clip_grad_norm_(model.parameters(), c["clip_norm"])
                return loss
            losses.append(float(opt.step(closure)))
            if sched and per_step:
                sched.step()
        if sched and not per_step:
            sched.step()
    return losses


def losses_of_xgrad(program, c, weights, folder):
    arguments = [program, "train", "-d", "fashion_mnist", "--data_dir", FOLDER, "-e", c["epochs"], "-b", c["batch"], "-l", c["loss"],
                 "-o", c["optimizer"], "-lr", repr(c["learning_rate"]), "-m", repr(c["momentum"]), "-beta", repr(c["beta"]),
                 "-beta1", repr(c["beta1"]), "-beta2", repr(c["beta2"]), "-eps", repr(c["epsilon"]), "-w_d", repr(c["weight_decay"]),
                 "--hidden", ",".join(map(str, c["hidden"])), "-a", c["activation"], "--label_smoothing", repr(c["label_smoothing"]),
                 "--scheduler", c["scheduler"], "--step_size", 1, "--gamma", 0.5, "--clip_norm", c["clip_norm"], "--dropout", 0,
                 "--init_from", weights, "--shuffle", "off", "--dtype", "float64", "--val_fraction", 0, "--limit_train", c["limit"],
                 "--limit_test", 10, "--log_steps", "--quiet", "--ema", 0, "--early_stopping", 0, "--run_dir", folder]
    if c["batch_norm"]:
        arguments.append("--batch_norm")
    subprocess.run(list(map(str, arguments)), check=True, stdout=subprocess.DEVNULL)
    with open(folder + "/steps.jsonl") as f:
        return [json.loads(line)["loss"] for line in f]


def largest_difference(ours, theirs):
    if len(ours) != len(theirs):
        return float("inf")
    return max(abs(a - b) / abs(b) for a, b in zip(ours, theirs))


def amplification(c, weights, x, y, theirs):
    """How much the losses of PyTorch change when every weight is changed by a unit in its last place."""
    model = network(c)
    signs = torch.Generator().manual_seed(1)
    moved = {}
    for name, value in weights.items():
        away = torch.where(torch.rand(value.shape, generator=signs) < 0.5, -torch.inf, torch.inf)
        moved[name] = torch.nextafter(value, away.to(value.dtype)) if value.is_floating_point() else value
    model.load_state_dict(moved)
    return largest_difference(losses_of_torch(c, model, x, y), theirs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("-n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    counts = {"ok": 0, "FAIL": 0, "amplified": 0}
    for case in range(args.n):
        c = draw(rng)
        torch.manual_seed(args.seed * 1000 + case)
        model = network(c)
        weights = {name: value.clone() for name, value in model.state_dict().items()}
        with tempfile.TemporaryDirectory() as folder:
            write_safetensors(folder + "/weights.safetensors", weights)
            ours = losses_of_xgrad(args.program, c, folder + "/weights.safetensors", folder + "/run")
        x, y = images(c["limit"])
        theirs = losses_of_torch(c, model, x, y)
        worst, verdict, remark = largest_difference(ours, theirs), "ok", ""
        if not worst <= 1e-9:
            own = amplification(c, weights, x, y, theirs)
            verdict = "amplified" if own > 1e-10 and worst <= 100 * own else "FAIL"
            remark = " (PyTorch differs from itself by %.1e)" % own
        counts[verdict] += 1
        shown = ("hidden", "activation", "batch_norm", "loss", "label_smoothing", "optimizer", "learning_rate", "weight_decay", "batch",
                 "scheduler", "clip_norm")
        print("%-9s %.1e over %d steps%s: %s" % (verdict, worst, len(theirs), remark, json.dumps({k: c[k] for k in shown})), flush=True)
    failed = counts["FAIL"]
    print("%d passed, %d failed, %d amplify rounding too much to tell" % (counts["ok"], failed, counts["amplified"]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
