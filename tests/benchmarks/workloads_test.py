"""All peers train the same: the table of the C++ programs is that of the Python programs."""

import ast
import os
import re
import unittest

import benchmarks_folder
import workloads
from runner import training


def rows_of_header():
    """The lines {"W1", 54000, {784, …}, "relu", 16, "rmsprop", 1e-4, 0, false, false}, as tuples."""
    with open(os.path.join(benchmarks_folder.FOLDER, "workload.hpp"), encoding="utf-8") as file:
        text = file.read()
    for name, samples, widths, rest in re.findall(r'\{("W\d+"), (\d+), \{([\d, ]+)\}, ([^}]+)\}', text):
        literals = rest.replace("true", "True").replace("false", "False")
        yield ast.literal_eval(f"({name}, {samples}, ({widths},), {literals})")


class Workloads(unittest.TestCase):
    def test_the_header_and_the_module_have_the_same_workloads(self):
        self.assertEqual([tuple(w) for w in workloads.WORKLOADS.values()], list(rows_of_header()))

    def test_each_has_an_aim(self):
        self.assertEqual(set(training.AIMS), set(workloads.WORKLOADS))


if __name__ == "__main__":
    unittest.main()
