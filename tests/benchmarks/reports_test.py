"""What the tables of the benchmarks say about given measurements, and how programs that misbehave are noted."""

import os
import tempfile
import unittest
from unittest import mock

import benchmarks_folder  # noqa: F401
import workloads
from runner import blas, comparison, costs, measuring, operations, programs, roofline, scaling, training


def series(program, rates, threads=1, setting=""):
    fields = {"program": program, "setting": setting, "workload": "W1", "threads": threads, "others": 0.0}
    return [{**fields, "round": number, "rate": rate} for number, rate in enumerate(rates)]


def cells(text, first):
    """The cells of the last table line that begins with this cell."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [line for line in lines if line[0] == first][-1]


class Training(unittest.TestCase):
    def test_ratios_are_over_the_best_peer_and_over_the_limit_of_as_many_threads(self):
        samples = series("xgrad", [40, 80, 60]) + series("xgrad", [60, 60, 60], threads=2)
        samples += series("libtorch", [10, 20, 15]) + series("libtorch", [5, 5, 5], threads=2)
        samples += series("pytorch", [4, 4, 4]) + series("numpy", [20, 40, 30])
        samples += series("limit", [80, 160, 120]) + series("limit", [60, 60, 60], threads=2)
        peaks = [{"workload": "W1", "threads": 1, "round": n, "rate": 160.0, "operations": 1e11} for n in range(3)]
        text = training.report({"samples": samples, "peaks": peaks, "missing": [], "seconds": 1, "rounds": 3})
        self.assertIn("15 (1t)", text)
        # The roofline of 160 over 40, 80 and 60, and over the best framework's 10, 20 and 15.
        self.assertEqual(cells(text, "W1"), ["W1", "4.0", "160", "38%", "10.67"])
        header, row = cells(text.split("The roofline")[0], ""), cells(text.split("The roofline")[0], "W1")
        found = dict(zip(header, row))
        self.assertEqual(found["framework, 1t"], "4.00 [4.00–4.00]")
        self.assertEqual(found["framework, 2t"], "4.00 [3.50–5.00]")
        self.assertEqual(found["NumPy etc., 1t"], "2.00 [2.00–2.00]")
        self.assertEqual(found["framework, both 2t"], "12.00 [12.00–12.00]")
        self.assertEqual((found["limit, both 1t"], found["limit, both 2t"]), ("0.50 [0.50–0.50]", "1.00 [1.00–1.00]"))

    def test_every_pytorch_counts_as_a_framework(self):
        samples = series("xgrad", [60, 60, 60]) + series("pytorch", [10, 10, 10]) + series("pytorch-2.9.0", [20, 20, 20])
        samples += series("numpy", [30, 30, 30]) + series("limit", [120, 120, 120])
        self.assertEqual(training.frameworks(samples), ["pytorch", "pytorch-2.9.0"])
        text = training.report({"samples": samples, "peaks": [], "missing": [], "seconds": 1, "rounds": 3}).split("The roofline")[0]
        self.assertIn("20 (1t)", text)
        self.assertEqual(dict(zip(cells(text, ""), cells(text, "W1")))["framework, 1t"], "3.00 [3.00–3.00]")

    def test_missing_peers_and_failures_are_named(self):
        failed = {**series("limit", [0])[0], "error": "exit status 1: no data"}
        del failed["rate"]
        missing = [{"name": "libtorch", "reason": "bin/libtorch_training was not built"}]
        samples = series("xgrad", [1.0]) + [failed]
        text = training.report({"samples": samples, "peaks": [], "missing": missing, "seconds": 1, "rounds": 1})
        self.assertIn("Failed: limit W1 1t (exit status 1: no data).", text)
        self.assertIn("Not measured: libtorch (bin/libtorch_training was not built).", text)

    def test_what_is_not_installed_is_left_out_with_its_package(self):
        with mock.patch("importlib.util.find_spec", return_value=None), mock.patch("os.access", return_value=False):
            found, missing = programs.find()
        self.assertEqual(found, [])
        packages = {one.name: one.reason.split()[-1] for one in missing if "package" in one.reason}
        self.assertEqual(packages["libtorch"], "libtorch-dev")
        self.assertEqual(packages["sklearn"], "python3-sklearn")


class Programs(unittest.TestCase):
    @staticmethod
    def run_script(script):
        program = programs.Program("p", "", ["/bin/sh", "-c", script, "sh"], [], {})
        return measuring.train(program, "W1", 1, 0.1)

    def test_a_program_that_keeps_its_promise_gives_a_sample(self):
        sample = self.run_script('echo "p $1 $2 123.4"; echo "loss 0.5" >&2; echo "peak 10.0 MB" >&2')
        self.assertEqual((sample["rate"], sample["loss"], sample["peak"]), (123.4, 0.5, 10.0))

    def test_failures_are_noted_with_their_reason(self):
        self.assertIn("exit status 4: out of luck", self.run_script("echo out of luck >&2; exit 4")["error"])
        self.assertIn("error", self.run_script("echo something else"))
        self.assertIn("nan", self.run_script('echo "p $1 $2 9.0"; echo "loss nan" >&2')["error"])
        self.assertIsNone(self.run_script("exit 3"))

    def test_another_pytorch_is_called_by_its_version(self):
        with tempfile.TemporaryDirectory() as folder:
            python = os.path.join(folder, "python")
            with open(python, "w", encoding="ascii") as file:
                file.write('#!/bin/sh\n[ "$1" = -c ] && echo 2.9.0+cpu || echo "pytorch $2 $3 50.0"\n')
            os.chmod(python, 0o755)
            found = list(programs.another_pytorch(python))
            self.assertEqual([one.label for one in found], ["pytorch-2.9.0", "pytorch-2.9.0 (tuned)"])
            self.assertEqual(measuring.train(found[0], "W1", 1, 0.1)["rate"], 50.0)

    def test_a_python_without_pytorch_is_named(self):
        for python, reason in (("/nowhere/python", "cannot be run"), ("/bin/false", "has no PyTorch that works")):
            with self.assertRaisesRegex(programs.OptionError, f"{python} {reason}"):
                list(programs.another_pytorch(python))

    def test_programs_see_natural_kernels_and_their_number_of_threads(self):
        with mock.patch.dict("os.environ", {"OPENBLAS_CORETYPE": "Haswell"}):
            with mock.patch("runner.blas.natural_core", lambda: "Zen"):
                found = measuring.environment(2, {"LD_LIBRARY_PATH": "/x"})
        self.assertNotIn("OPENBLAS_CORETYPE", found)
        self.assertEqual((found["OPENBLAS_NUM_THREADS"], found["LD_LIBRARY_PATH"]), ("2", "/x"))

    def test_programs_get_better_kernels_where_openblas_does_not_know_the_processor(self):
        for natural, instructions, better in (
            ("Prescott", ["avx2", "avx512f"], "SkylakeX"),
            ("Prescott", ["avx2"], "Haswell"),
            ("Prescott", [], ""),
            ("SkylakeX", ["avx2", "avx512f"], ""),
            ("", ["avx2"], ""),
        ):
            self.assertEqual(blas.better_core(natural, instructions), better)
        with mock.patch("runner.measuring.better_blas_core", lambda: "SkylakeX"):
            self.assertEqual(measuring.environment(1)["OPENBLAS_CORETYPE"], "SkylakeX")


class Roofline(unittest.TestCase):
    def test_the_work_of_a_step_is_that_of_its_formulas(self):
        w = workloads.Workload("", 100, (4, 3, 2), "relu", 5, "momentum", 0.1, 0, False, False)
        found = roofline.work(w)
        # Forward 4·3 + 3·2 products, weight gradients as many, input gradients 3·2; two operations each, for 5 samples.
        self.assertEqual(found.operations, 2 * 5 * (18 + 18 + 6))
        self.assertEqual(found.optimizer_memory, 4 * 23 * 3)  # 23 parameters, their gradients, their momentum
        self.assertEqual(found.optimizer_bytes, 4 * 23 * 6)
        self.assertEqual(found.activation_bytes, 5 * (4 * 5 * 6 + 5 * 4))
        seconds = 420 / 7.0 + 552 / 4.0 + 700 / 10.0
        self.assertAlmostEqual(roofline.samples_per_second(w, 7.0, 4.0, 10.0), 5 / seconds)


class Comparison(unittest.TestCase):
    def test_ratios_are_of_the_turns_of_all_rounds_and_rounds_have_medians_of_their_own(self):
        rounds = [[(20.0, 10.0), (30.0, 10.0), (40.0, 10.0)], [(20.0, 20.0), (10.0, 10.0), (10.0, 20.0)]]
        row = cells(comparison.report({("W1", 2): rounds}, "abc"), "W1")
        self.assertEqual(row, ["W1", "2", "20", "10", "1.500 [1.000–2.750]", "1.000–3.000"])


class OtherParts(unittest.TestCase):
    def test_operations_are_compared_within_a_round(self):
        times = {"add/2x3/xgrad/forward": [200.0, 2000.0], "add/2x3/raw/forward": [100.0, 1000.0]}
        times.update({"add/2x3/xgrad/both": [300.0, 3000.0], "add/2x3/raw/both": [300.0, 3000.0]})
        row = cells(operations.report({"nanoseconds": times}), "add 2x3")
        self.assertEqual(row[1:], ["1.10", "2.00 [2.00–2.00]", "1.65", "1.00 [1.00–1.00]"])

    def test_the_overhead_of_an_operation_is_forward_and_backward(self):
        times = {"round": 0, "program": "xgrad", "plain": 1.0, "forward": 100.0, "backward": 150.0}
        raw = {"round": 0, "program": "raw", "plain": 1.0, "forward": 30.0, "backward": 50.0}
        text = costs.chain_report([{**program, "kind": kind} for kind in costs.KINDS for program in (raw, times)])
        self.assertEqual(cells(text, "mix, xgrad")[1:], ["1", "100", "150", "250", "170"])
        self.assertEqual(cells(text, "mix, raw")[1:], ["1", "30", "50", "80", "–"])

    def test_without_plain_loops_nothing_is_subtracted(self):
        times = {"round": 0, "program": "xgrad", "plain": 1.0, "forward": 100.0, "backward": 150.0}
        text = costs.chain_report([{**times, "kind": kind} for kind in costs.KINDS])
        self.assertEqual(cells(text, "mul, xgrad")[-2:], ["250", "–"])

    def test_exponents_of_growth_stand_beside_the_sizes(self):
        samples = [
            {"series": name, "round": 0, "size": size, "time": size**power * 1e-6}
            for name, power in (("width", 1), ("depth", 1), ("batch", 1), ("graph", 2))
            for size in (10, 100, 1000)
        ]
        text = scaling.report({"samples": samples})
        self.assertIn("4 × 4 elements): exponent 2.00 over all", text)
        self.assertEqual(cells(text, "1,000")[-1], "2.00")


if __name__ == "__main__":
    unittest.main()
