#!/usr/bin/python3
"""The workloads with scikit-learn's MLPClassifier and MLPRegressor, where they can train them. partial_fit shuffles the samples
it is given and cuts them into batches itself, so that one step here is a slice of the data with many batches."""

import sys

import workloads

SLICE = 4096


class Trainer:
    def __init__(self, command):
        w = self.workload = command.workload
        if w.batch_norm or w.dropout or w.optimizer == "rmsprop":
            print(f"scikit-learn has no equivalent of {w.name}", file=sys.stderr)
            sys.exit(workloads.NO_EQUIVALENT)
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        self.x, self.y = workloads.read_images(w.samples)
        self.model = (MLPRegressor if w.reconstructs else MLPClassifier)(
            hidden_layer_sizes=w.widths[1:-1],
            activation=w.activation,
            solver="adam" if w.optimizer == "adam" else "sgd",
            momentum=0.9 if w.optimizer == "momentum" else 0.0,
            nesterovs_momentum=False,
            batch_size=w.batch,
            learning_rate_init=w.lr,
            alpha=0,
            random_state=0,
        )
        self.next = 0

    def step(self):
        if self.next + SLICE > self.workload.samples:
            self.next = 0
        rows = slice(self.next, self.next + SLICE)
        self.next += SLICE
        if self.workload.reconstructs:
            self.model.partial_fit(self.x[rows], self.x[rows])
        else:
            self.model.partial_fit(self.x[rows], self.y[rows], classes=range(10))
        return SLICE

    def loss(self):
        return self.model.loss_


if __name__ == "__main__":
    workloads.main("sklearn", Trainer, warm_up_steps=1)
