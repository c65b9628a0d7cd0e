#!/usr/bin/python3
"""Writes tests/data/torch/optimizers.json: what PyTorch's optimizers, schedulers and gradient clipping do.

Needs Debian's python3-torch 1.13. The file is checked in; run this after adding a case, and look at what changed.
"""

import json
import pathlib

import torch
from reference import array, number

STEPS = 20
O = torch.optim
S = torch.optim.lr_scheduler


def start():
    """The parameters of every case: shapes (5, 2), longer than a vector of eight, and (2,). They lie on both sides of 0."""
    k = torch.arange(10, dtype=torch.float64).reshape(5, 2)
    return (k * 37 % 23 - 11) / 8, torch.tensor([0.75, -1.25])


TARGET = (torch.arange(10, dtype=torch.float64).reshape(5, 2) * 13 % 7) / 4 + 0.25


def function(a, b):
    """Double wells in the elements of a, coupled by b: smooth and not convex."""
    return ((a**2 - TARGET) ** 2).sum() / 4 + (a * torch.tanh(b)).sum() + (b**2).sum() / 2


OPTIMIZERS = [
    ("sgd", O.SGD, dict(lr=0.05)),
    ("sgd", O.SGD, dict(lr=0.05, weight_decay=0.1)),
    ("sgd", O.SGD, dict(lr=0.02, momentum=0.9)),
    ("sgd", O.SGD, dict(lr=0.02, momentum=0.9, dampening=0.3)),
    ("sgd", O.SGD, dict(lr=0.02, momentum=0.8, dampening=0.5, weight_decay=0.05)),
    ("sgd", O.SGD, dict(lr=0.02, momentum=0.9, nesterov=True)),
    ("sgd", O.SGD, dict(lr=0.02, momentum=0.7, nesterov=True, weight_decay=0.05)),
    ("rmsprop", O.RMSprop, dict()),
    ("rmsprop", O.RMSprop, dict(lr=0.03, alpha=0.9, eps=1e-6, weight_decay=0.1)),
    ("rmsprop", O.RMSprop, dict(lr=0.01, alpha=0.8, momentum=0.9)),
    ("rmsprop", O.RMSprop, dict(lr=0.02, alpha=0.9, eps=1e-3, centered=True)),
    ("rmsprop", O.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, centered=True, momentum=0.5, weight_decay=0.02)),
    ("adam", O.Adam, dict()),
    ("adam", O.Adam, dict(lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
    ("adam", O.Adam, dict(lr=0.2, betas=(0.7, 0.6), amsgrad=True)),
    ("adam", O.Adam, dict(lr=0.2, betas=(0.7, 0.6), amsgrad=True, weight_decay=0.05)),
    ("adamw", O.AdamW, dict()),
    ("adamw", O.AdamW, dict(lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.3)),
    ("adamw", O.AdamW, dict(lr=0.2, betas=(0.7, 0.6), amsgrad=True)),
    ("nadam", O.NAdam, dict()),
    ("nadam", O.NAdam, dict(lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, momentum_decay=0.02)),
    ("adagrad", O.Adagrad, dict()),
    ("adagrad", O.Adagrad, dict(lr=0.2, lr_decay=0.1, weight_decay=0.1, eps=1e-6)),
    ("adadelta", O.Adadelta, dict()),
    ("adadelta", O.Adadelta, dict(lr=0.5, rho=0.8, eps=1e-3, weight_decay=0.1)),
    ("lbfgs", O.LBFGS, dict(lr=0.3, max_iter=1)),
    ("lbfgs", O.LBFGS, dict(lr=0.2, max_iter=3, history_size=4)),
    ("lbfgs", O.LBFGS, dict(max_iter=1, line_search_fn="strong_wolfe")),
    ("lbfgs", O.LBFGS, dict(max_iter=4, max_eval=7, history_size=3, line_search_fn="strong_wolfe")),
]

# Two groups with options of their own: [a], [b].
GROUPS = [
    ("sgd", O.SGD, [dict(lr=0.02, momentum=0.9), dict(lr=0.1)]),
    ("adam", O.Adam, [dict(lr=0.1), dict(lr=0.02, betas=(0.5, 0.9), weight_decay=0.2)]),
]


def flat_options(options):
    """betas as beta1 and beta2, as xgrad has them; L-BFGS' line search as a truth value."""
    flat = {k: v for k, v in options.items() if k not in ("betas", "line_search_fn")}
    if "betas" in options:
        flat["beta1"], flat["beta2"] = options["betas"]
    if "line_search_fn" in options:
        flat["strong_wolfe"] = True
    return flat


def run(name, make, groups):
    a, b = (p.clone().requires_grad_() for p in start())
    optimizer = make([a, b]) if len(groups) == 1 else make([{"params": [p], **g} for p, g in zip((a, b), groups)])

    def closure():
        optimizer.zero_grad()
        loss = function(a, b)
        loss.backward()
        return loss

    losses, parameters = [], []
    for _ in range(STEPS):
        losses.append(number(optimizer.step(closure)))
        parameters.append([number(x) for p in (a, b) for x in p.detach().reshape(-1)])
    return {"optimizer": name, "groups": [flat_options(g) for g in groups], "losses": losses, "parameters": parameters}


def optimizer_cases():
    for name, make, options in OPTIMIZERS:
        yield run(name, lambda p, make=make, options=options: make(p, **options), [options])
    for name, make, groups in GROUPS:
        yield run(name, lambda p, make=make: make(p, lr=1.0), groups)


SCHEDULERS = [
    ("StepLR", dict(step_size=4, gamma=0.3)),
    ("MultiStepLR", dict(milestones=[3, 4, 11, 17], gamma=0.5)),
    ("ExponentialLR", dict(gamma=0.83)),
    ("CosineAnnealingLR", dict(T_max=24)),
    ("CosineAnnealingLR", dict(T_max=9, eta_min=0.01)),
    ("LinearLR", dict(total_iters=8)),
    ("LinearLR", dict(start_factor=0.01, end_factor=1.0, total_iters=20)),
    ("LinearLR", dict(start_factor=0.9, end_factor=0.2, total_iters=13)),
    ("OneCycleLR", dict(max_lr=0.5, total_steps=25, cycle_momentum=False)),
    ("OneCycleLR", dict(max_lr=0.5, total_steps=25)),
    ("OneCycleLR", dict(max_lr=2.0, total_steps=25, pct_start=0.6, div_factor=7.0, final_div_factor=30.0, base_momentum=0.6,
                        max_momentum=0.97)),
]

FALLING = [1.0, 0.9, 0.95, 0.91, 0.92, 0.85, 0.8501, 0.86, 0.84995, 0.9, 0.93, 0.94, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77, 0.6,
           0.65, 0.66, 0.67, 0.68]
SIGNED = [-1.0, -1.1, -1.10001, -1.2, -1.19, -1.2, -1.3, -1.25, -1.26, -1.27, -1.28, -1.29, -2.0, -1.9, -1.8, -1.7, -1.6, 0.5, 0.4, 0.3,
          0.2, 0.1, 0.0, -0.1, -3.0]
PLATEAUS = [
    (dict(patience=2), FALLING),
    (dict(factor=0.5, patience=1, cooldown=2), FALLING),
    (dict(factor=0.3, patience=0, threshold=0.05, min_lr=0.004), FALLING),
    (dict(factor=0.5, patience=1), SIGNED),
    (dict(mode="max", factor=0.5, patience=2), [2 - x for x in FALLING]),
    (dict(mode="max", factor=0.25, patience=1, cooldown=1, threshold=0.01), [2 - x for x in FALLING]),
    (dict(mode="max", factor=0.5, patience=1), SIGNED),
    (dict(mode="max", factor=0.5, patience=2), [-x for x in SIGNED]),
    (dict(factor=0.1, patience=0), [1.0] * 25),  # reductions below 1e-8 do not take place
]


def rates_of(scheduler_name, options, optimizer_name, metrics=None):
    """The rates, and momenta if there are, of two groups before each of the steps; the last schedule of PyTorch ends there."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in (0.1, 0.04)]
    optimizer = O.SGD(groups, lr=1.0, momentum=0.9) if optimizer_name == "sgd" else O.Adam(groups, lr=1.0)
    scheduler = getattr(S, scheduler_name)(optimizer, **options)
    rates, momenta = [], []
    for t in range(25):
        rates.append([g["lr"] for g in optimizer.param_groups])
        momenta.append([g["momentum"] if "momentum" in g else g["betas"][0] for g in optimizer.param_groups])
        optimizer.step()
        scheduler.step(*([metrics[t]] if metrics else []))
    return {"scheduler": scheduler_name, "optimizer": optimizer_name, "options": options, "metrics": metrics, "rates": rates,
            "momenta": momenta}


def scheduler_cases():
    for name, options in SCHEDULERS:
        for optimizer in ("sgd", "adam") if name == "OneCycleLR" else ("sgd",):
            yield rates_of(name, options, optimizer)
    for options, metrics in PLATEAUS:
        yield rates_of("ReduceLROnPlateau", options, "sgd", metrics)


def clipping_cases():
    k = torch.arange(12, dtype=torch.float64)
    first, second = ((k * 29 % 17 - 8) / 3).reshape(4, 3), torch.tensor([0.1, -2.5, 1.0 / 3])
    for kind, limit in [("norm", 0.5), ("norm", 5.0), ("norm", 100.0), ("norm", float("inf")), ("value", 0.75), ("value", 0.0), ("value", 9.0)]:
        parameters = [torch.zeros_like(g, requires_grad=True) for g in (first, second)] + [torch.zeros(2, requires_grad=True)]
        parameters[0].grad, parameters[1].grad = first.clone(), second.clone()  # the last has none
        norm = None
        if kind == "norm":
            norm = number(torch.nn.utils.clip_grad_norm_(parameters, limit))
        else:
            torch.nn.utils.clip_grad_value_(parameters, limit)
        yield {"kind": kind, "limit": number(limit), "before": [array(first), array(second)], "norm": norm,
               "after": [array(parameters[0].grad), array(parameters[1].grad)]}


def lines(cases):
    return ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases)


if __name__ == "__main__":
    path = pathlib.Path(__file__).resolve().parent.parent / "data" / "torch" / "optimizers.json"
    problem = {"a": array(start()[0]), "b": array(start()[1]), "target": array(TARGET)}
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"torch":"{torch.__version__}","problem":{json.dumps(problem, separators=(",", ":"))},\n')
        for name, cases in (("optimizers", optimizer_cases()), ("schedulers", scheduler_cases()), ("clipping", clipping_cases())):
            file.write(f'"{name}":[\n{lines(cases)}\n]' + ("\n}\n" if name == "clipping" else ",\n"))
    print(f"{path.stat().st_size / 1000:.0f} kB: {path}")
