#!/usr/bin/python3
"""The workloads with PyTorch, eager, as its user would write them. The setting "tuned" takes the fused or multi-tensor
optimizers, drops gradients instead of zeroing them, and has PyTorch's own loops use AVX-512 where there is any."""

import os

import workloads


class Trainer:
    def __init__(self, command):
        self.workload = command.workload
        self.tuned = command.setting == "tuned"
        if self.tuned and "avx512f" in open("/proc/cpuinfo").read():
            os.environ["ATEN_CPU_CAPABILITY"] = "avx512"
        import torch

        self.torch = torch
        torch.set_num_threads(command.threads)
        torch.manual_seed(0)
        x, y = workloads.read_images(self.workload.samples)
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.model = self.make_model()
        self.optimizer = self.make_optimizer()
        self.criterion = torch.nn.MSELoss() if self.workload.reconstructs else torch.nn.CrossEntropyLoss()
        self.next = self.workload.samples

    def make_model(self):
        nn, w = self.torch.nn, self.workload
        layers = []
        for n_in, n_out in zip(w.widths, w.widths[1:-1]):
            layers.append(nn.Linear(n_in, n_out))
            if w.batch_norm:
                layers.append(nn.BatchNorm1d(n_out))
            layers.append(nn.Tanh() if w.activation == "tanh" else nn.ReLU())
            if w.dropout:
                layers.append(nn.Dropout(w.dropout))
        layers.append(nn.Linear(w.widths[-2], w.widths[-1]))
        return nn.Sequential(*layers)

    def make_optimizer(self):
        optim, w = self.torch.optim, self.workload
        options = {"lr": w.lr}
        if self.tuned:
            version = [int(part) for part in self.torch.__version__.split(".")[:2]]
            options["fused" if version >= [2, 4] and w.optimizer != "rmsprop" else "foreach"] = True
        if w.optimizer == "adam":
            return optim.Adam(self.model.parameters(), **options)
        if w.optimizer == "rmsprop":
            return optim.RMSprop(self.model.parameters(), **options)
        return optim.SGD(self.model.parameters(), momentum=0.9 if w.optimizer == "momentum" else 0, **options)

    def step(self):
        w = self.workload
        if self.next + w.batch > w.samples:
            self.order = self.torch.randperm(w.samples)
            self.next = 0
        rows = self.order[self.next : self.next + w.batch]
        self.next += w.batch
        x = self.x[rows]
        y = x if w.reconstructs else self.y[rows]
        self.optimizer.zero_grad(set_to_none=self.tuned)
        self.last_loss = self.criterion(self.model(x), y)
        self.last_loss.backward()
        self.optimizer.step()
        return w.batch

    def loss(self):
        return self.last_loss.item()


if __name__ == "__main__":
    workloads.main("pytorch", Trainer)
