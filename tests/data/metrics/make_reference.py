#!/usr/bin/env python3
"""Writes reference.json: predictions, labels and scores with what scikit-learn says about them.

Needs numpy and scikit-learn. Run it in this folder; the file is checked in.
"""
import json

import numpy as np
from sklearn.metrics import (accuracy_score, confusion_matrix, precision_recall_fscore_support,
                             top_k_accuracy_score)


def case(name, labels, predictions, classes):
    result = {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "accuracy": accuracy_score(labels, predictions),
        "confusion": confusion_matrix(labels, predictions, labels=range(classes)).tolist(),
    }
    per_class = precision_recall_fscore_support(labels, predictions, labels=range(classes), zero_division=0)
    result["per_class"] = [list(map(float, column)) for column in zip(*per_class)]
    for average in ("macro", "weighted", "micro"):
        scores = precision_recall_fscore_support(labels, predictions, average=average, zero_division=0)
        result[average] = list(map(float, scores[:3]))
    return result


def top_k_case(rng, samples, classes):
    scores = rng.normal(size=(samples, classes)).round(6)
    labels = np.concatenate([np.arange(classes), rng.integers(classes, size=samples - classes)])
    accuracies = [top_k_accuracy_score(labels, scores, k=k, labels=range(classes)) for k in range(1, classes)]
    return {"scores": scores.tolist(), "labels": labels.tolist(), "accuracy_by_k": list(map(float, accuracies))}


def main():
    rng = np.random.default_rng(20)
    labels = rng.integers(10, size=300)
    mostly_right = np.where(rng.random(300) < 0.8, labels, rng.integers(10, size=300))
    without_3_and_7 = rng.choice([0, 1, 2, 4, 5, 6, 8, 9], size=120)
    cases = [
        case("ten classes, mostly right", labels, mostly_right, 10),
        case("ten classes, by chance", labels, rng.integers(10, size=300), 10),
        case("two classes in neither, one never predicted", without_3_and_7,
             np.where(without_3_and_7 == 5, 6, without_3_and_7), 10),
        case("a class that is predicted but never the label", np.array([0, 0, 1, 1, 2]), np.array([0, 3, 1, 3, 3]), 4),
        case("unbalanced pair", (rng.random(200) < 0.05).astype(int), (rng.random(200) < 0.1).astype(int), 2),
    ]
    with open("reference.json", "w") as file:
        json.dump({"classification": cases, "top_k": top_k_case(rng, 60, 7)}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
