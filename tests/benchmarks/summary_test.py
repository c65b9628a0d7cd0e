"""The arithmetic of the benchmarks' tables."""

import unittest

import benchmarks_folder  # noqa: F401
from runner import summary, tables


def sample(number, program, rate, workload="W1", threads=1, setting="", others=0.0):
    return {
        "round": number,
        "program": program,
        "setting": setting,
        "workload": workload,
        "threads": threads,
        "rate": rate,
        "others": others,
    }


class Summary(unittest.TestCase):
    def test_a_spread_is_the_median_and_the_middle_half(self):
        self.assertEqual(summary.spread([4, 1, 3, 2]), (2.5, 1.75, 3.25, 4))
        self.assertEqual(summary.spread([7]), (7, 7, 7, 1))
        self.assertIsNone(summary.spread([]))

    def test_ratios_pair_what_was_measured_in_the_same_round(self):
        # The machine was ten times slower in round 1, and the other program failed in round 2.
        own, other = {0: 100.0, 1: 10.0, 2: 90.0}, {0: 50.0, 1: 5.0}
        self.assertEqual(summary.ratios(own, other), [2.0, 2.0])

    def test_rates_are_those_of_one_series_without_failures(self):
        samples = [sample(0, "a", 1.0), sample(1, "a", 2.0), sample(0, "a", 9.0, threads=2), sample(0, "b", 9.0)]
        samples.append({**sample(2, "a", 0.0), "error": "exit status 1"})
        del samples[-1]["rate"]
        self.assertEqual(summary.rates(samples, program="a", threads=1), {0: 1.0, 1: 2.0})

    def test_the_best_setting_is_that_of_the_highest_median(self):
        samples = [sample(n, "p", rate) for n, rate in enumerate((10.0, 11.0, 90.0))]  # one lucky round
        samples += [sample(n, "p", 20.0, threads=2) for n in range(3)]
        samples += [sample(n, "q", 15.0, setting="tuned") for n in range(3)]
        found = summary.best(samples, "W1", ("p", "q"))
        self.assertEqual((found.program, found.threads, found.rates), ("p", 2, {0: 20.0, 1: 20.0, 2: 20.0}))
        self.assertEqual(summary.best(samples, "W1", ("q",)).setting, "tuned")
        self.assertIsNone(summary.best(samples, "W2", ("p",)))

    def test_disturbed_rounds_are_left_out_while_three_others_remain(self):
        quiet = [sample(n, "a", 1.0) for n in range(3)]
        kept, dropped, disturbed = summary.without_disturbed(quiet + [sample(3, "a", 1.0, others=0.5)])
        self.assertEqual((kept, dropped, disturbed), (quiet, 1, 0))
        paced = [{**s, "pace": 100.0} for s in quiet]
        slow = {**sample(3, "a", 0.5), "pace": 60.0}  # as when another virtual machine works on the same core
        self.assertEqual(summary.without_disturbed(paced + [slow]), (paced, 1, 0))
        few = [sample(0, "a", 1.0), sample(1, "a", 1.0), sample(2, "a", 1.0, others=0.5)]
        self.assertEqual(summary.without_disturbed(few), (few, 0, 1))

    def test_a_growth_exponent_is_the_power_of_the_size(self):
        sizes = [10, 100, 1000, 10000]
        self.assertAlmostEqual(summary.growth_exponent(sizes, [3 * n**2 for n in sizes]), 2)
        self.assertAlmostEqual(summary.growth_exponent(sizes, [5.0] * 4), 0)
        # By hand: log10 of the times is 0, 1, 1; the slope through (0, 0), (1, 1), (2, 1) is 1/2.
        self.assertAlmostEqual(summary.growth_exponent([1, 10, 100], [1, 10, 10]), 0.5)
        with self.assertRaises(ValueError):
            summary.growth_exponent([10, 10], [1, 2])


class Tables(unittest.TestCase):
    def test_columns_are_aligned(self):
        text = tables.table(["", "rate"], [["W1", "1,234"], ["W10", "–"]])
        self.assertEqual(text, "|     |  rate |\n|-----|------:|\n| W1  | 1,234 |\n| W10 |     – |\n")

    def test_a_single_number_has_no_range(self):
        self.assertEqual(tables.with_range(summary.spread([2.0])), "2.00")
        self.assertEqual(tables.with_range(summary.spread([1.0, 2.0, 3.0]), "{:.1f}"), "2.0 [1.5–2.5]")
        self.assertEqual(tables.with_range(None), "–")


if __name__ == "__main__":
    unittest.main()
