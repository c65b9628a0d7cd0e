"""What PyTorch gives for one call of an operation: value, gradients, second derivatives."""

import json
import zlib

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class Inputs:
    """Reproducible inputs of one case. All are float32 numbers too, so that a check in float starts from the same values."""

    def __init__(self, name):
        # The name decides the numbers: adding a case changes no other.
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def uniform(self, *shape, low=-2.0, high=2.0):
        """Multiples of 1/128 in [low, high]."""
        steps = round((high - low) * 128)
        return low + torch.randint(0, steps + 1, shape, generator=self.generator) / 128

    def fine(self, *shape):
        """Multiples of 2⁻²⁰ in [−2, 2]: where a function has kinks at ties, hardly any."""
        return torch.randint(-(2**21), 2**21 + 1, shape, generator=self.generator) / 2**20

    def distinct(self, *shape):
        """Numbers at least 1/8 apart, none nearer to 0 than 1/16, in any order: no ties, no kinks at 0."""
        count = int(torch.tensor(shape).prod()) if shape else 1
        values = (torch.randperm(count, generator=self.generator) - count // 2) / 8 + 1 / 16
        return values.reshape(shape)


CASES = []


def case(call, function, make_inputs, label="", constants=(), order=2):
    """Adds a case.

    call          the name under which the test finds its own callable; the first word is the operation
    function      the same in PyTorch; takes the inputs, then the constants
    make_inputs   from an Inputs to the list of differentiable inputs; or this list itself, of nested lists or tensors
    constants     further arguments without gradient: masks, classes, indices
    order         how many derivatives are taken
    """
    name = f"{call} [{label}]" if label else call
    if any(other["name"] == name for other in CASES):
        raise ValueError(f"two cases are called {name}")
    source = Inputs(name)
    inputs = make_inputs(source) if callable(make_inputs) else make_inputs
    inputs = [torch.as_tensor(x, dtype=torch.float64).clone().requires_grad_(order > 0) for x in inputs]
    constants = [torch.as_tensor(c) for c in constants]
    output = function(*inputs, *constants)
    result = {
        "name": name,
        "call": call,
        "inputs": [array(x) for x in inputs],
        "constants": [array(c) for c in constants],
        "output": array(output),
    }
    if order > 0:
        result.update(derivatives(inputs, output, source, order))
    CASES.append(result)


def derivatives(inputs, output, source, order):
    """The gradients of <seed, output>, and those of Σ <projection, gradient> by the inputs and the seed."""
    seed = source.uniform(*output.shape).requires_grad_(order > 1)
    gradients = gradients_of(output, inputs, seed, create_graph=order > 1)
    result = {"seed": array(seed), "gradients": [array(g) for g in gradients]}
    if order > 1:
        projections = [source.uniform(*x.shape) for x in inputs]
        total = sum((p * g).sum() for p, g in zip(projections, gradients) if g is not None)
        second = gradients_of(total, inputs + [seed], None, create_graph=False)
        result["projections"] = [array(p) for p in projections]
        result["second"] = [array(s) for s in second]
    return result


def gradients_of(output, inputs, seed, create_graph):
    if not output.requires_grad:
        return [None] * len(inputs)
    return torch.autograd.grad(output, inputs, seed, create_graph=create_graph, allow_unused=True)


def array(tensor):
    """A tensor as shape and flat data; doubles are written with the shortest text that reads back as the same number."""
    if tensor is None:
        return None
    tensor = tensor.detach().clone()  # materialises the symbolic zeros of some derivatives
    return {"shape": list(tensor.shape), "data": [number(v) for v in tensor.reshape(-1).tolist()]}


def number(value):
    """JSON has no NaN and no infinities: they become text."""
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return int(value) if value == int(value) and abs(value) < 1e15 and str(value) != "-0.0" else value


def write(path):
    """One case to a line, so that a change shows as such."""
    lines = [json.dumps(c, separators=(",", ":"), allow_nan=False) for c in CASES]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"torch":"{torch.__version__}","cases":[\n' + ",\n".join(lines) + "\n]}\n")
