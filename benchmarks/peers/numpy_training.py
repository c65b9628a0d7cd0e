#!/usr/bin/python3
"""The workloads in NumPy, float32: layers with a forward and a backward pass, as one writes them by hand."""

import sys

import workloads

workloads.set_threads(workloads.parse_command(sys.argv[1:]).threads)

import numpy as np  # noqa: E402, after the number of threads is set

F = np.float32


class Linear:
    def __init__(self, n_in, n_out, random):
        weight = (random.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)).astype(F)
        self.parameters = [weight, np.zeros(n_out, F)]

    def forward(self, x):
        self.x = x
        return x @ self.parameters[0] + self.parameters[1]

    def backward(self, g):
        self.gradients = [self.x.T @ g, g.sum(0)]
        return g @ self.parameters[0].T


class ReLU:
    parameters = ()

    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, g):
        return g * (self.y > 0)


class Tanh:
    parameters = ()

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, g):
        return g * (1 - self.y * self.y)


class Dropout:
    parameters = ()

    def __init__(self, p, random):
        self.p, self.random = p, random

    def forward(self, x):
        self.mask = (self.random.random(x.shape, dtype=F) >= self.p) * F(1 / (1 - self.p))
        return x * self.mask

    def backward(self, g):
        return g * self.mask


class BatchNorm:
    def __init__(self, n):
        self.parameters = [np.ones(n, F), np.zeros(n, F)]
        self.running_mean, self.running_var = np.zeros(n, F), np.ones(n, F)

    def forward(self, x):
        mean, var = x.mean(0), x.var(0)
        self.running_mean += F(0.1) * (mean - self.running_mean)
        self.running_var += F(0.1) * (var * F(len(x) / (len(x) - 1)) - self.running_var)
        self.inverse = 1 / np.sqrt(var + F(1e-5))
        self.normal = (x - mean) * self.inverse
        return self.normal * self.parameters[0] + self.parameters[1]

    def backward(self, g):
        self.gradients = [(g * self.normal).sum(0), g.sum(0)]
        n = F(len(g))
        scale = self.parameters[0] * self.inverse / n
        return scale * (n * g - self.gradients[1] - self.normal * self.gradients[0])


class Optimizer:
    def __init__(self, name, lr, parameters):
        self.name, self.lr, self.steps = name, F(lr), 0
        self.first = [np.zeros_like(p) for p in parameters]
        self.second = [np.zeros_like(p) for p in parameters]

    def step(self, parameters, gradients):
        self.steps += 1
        for p, g, m, v in zip(parameters, gradients, self.first, self.second):
            p -= self.lr * self.direction(g, m, v)

    def direction(self, g, m, v):
        if self.name == "sgd":
            return g
        if self.name == "momentum":
            m *= F(0.9)
            m += g
            return m
        if self.name == "rmsprop":
            v *= F(0.99)
            v += F(0.01) * g * g
            return g / (np.sqrt(v) + F(1e-8))
        m *= F(0.9)
        m += F(0.1) * g
        v *= F(0.999)
        v += F(0.001) * g * g
        return m / F(1 - 0.9**self.steps) / (np.sqrt(v / F(1 - 0.999**self.steps)) + F(1e-8))


class Trainer:
    def __init__(self, command):
        w = self.workload = command.workload
        self.x, self.y = workloads.read_images(w.samples)
        self.random = np.random.default_rng(0)
        self.layers = []
        for n_in, n_out in zip(w.widths, w.widths[1:-1]):
            self.layers.append(Linear(n_in, n_out, self.random))
            if w.batch_norm:
                self.layers.append(BatchNorm(n_out))
            self.layers.append(Tanh() if w.activation == "tanh" else ReLU())
            if w.dropout:
                self.layers.append(Dropout(w.dropout, self.random))
        self.layers.append(Linear(w.widths[-2], w.widths[-1], self.random))
        self.parameters = [p for layer in self.layers for p in layer.parameters]
        self.optimizer = Optimizer(w.optimizer, w.lr, self.parameters)
        self.next = w.samples

    def step(self):
        w = self.workload
        if self.next + w.batch > w.samples:
            self.order = self.random.permutation(w.samples)
            self.next = 0
        rows = self.order[self.next : self.next + w.batch]
        self.next += w.batch
        x = self.x[rows]
        outputs = x
        for layer in self.layers:
            outputs = layer.forward(outputs)
        g = self.squared_error(outputs, x) if w.reconstructs else self.cross_entropy(outputs, self.y[rows])
        for layer in reversed(self.layers):
            g = layer.backward(g)
        self.optimizer.step(self.parameters, [g for layer in self.layers if layer.parameters for g in layer.gradients])
        return w.batch

    def squared_error(self, outputs, target):
        difference = outputs - target
        self.last_loss = (difference * difference).mean()
        return difference * F(2 / difference.size)

    def cross_entropy(self, logits, labels):
        rows = np.arange(len(labels))
        g = np.exp(logits - logits.max(1, keepdims=True))
        g /= g.sum(1, keepdims=True)
        self.last_loss = -np.log(g[rows, labels]).mean()
        g[rows, labels] -= 1
        g /= F(len(labels))
        return g

    def loss(self):
        return self.last_loss


if __name__ == "__main__":
    workloads.main("numpy", Trainer)
