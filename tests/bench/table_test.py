"""The table tells the truth: medians, bounds, verdicts, and what was not measured."""

import unittest

from generators import doubts
from table import SHARE, Line, bounds, markdown


def ratio(ours, theirs, **more):
    return Line("row", "what", peer="peer", peer_values=theirs, desk_values=ours, goal=6, floor=3,
                **more)


class Table(unittest.TestCase):
    def test_pairs_are_judged_by_the_median_of_their_ratios(self):
        line = ratio([600, 700, 100], [100, 100, 100])
        self.assertEqual(line.judged(), [6, 7, 1])
        self.assertEqual(line.verdict(), "goal met")
        self.assertEqual(bounds(line), "6 × (1 × – 7 ×)")

    def test_between_goal_and_floor(self):
        self.assertEqual(ratio([300], [100]).verdict(), "floor met")
        self.assertEqual(ratio([299], [100]).verdict(), "MISSED")
        self.assertEqual(Line("row", "what", peer_values=[10], desk_values=[8], goal=0.85).verdict(),
                         "missed")

    def test_where_less_is_better(self):
        def p99(ours):
            return Line("latency", "p99", peer_values=[9], desk_values=[ours], form=SHARE,
                        goal=1 / 3, floor=1 / 2, less_is_better=True).verdict()
        self.assertEqual([p99(3), p99(4), p99(5)], ["goal met", "floor met", "MISSED"])

    def test_a_value_alone(self):
        line = Line("restart", "ready", unit="s", desk_values=[2.5, 2.9, 3.5], is_ratio=False,
                    form="{:.2f} s", goal=3, floor=6, less_is_better=True)
        self.assertEqual(line.verdict(), "goal met")
        self.assertIn("| 2.90 s (2.50 s – 3.50 s) | ≤ 3.00 s |", markdown([line], {}))

    def test_what_is_missing_is_said(self):
        text = markdown([Line("snmp", "traps", goal=6, missing="snmptrapd is not installed")],
                        {"commit": "abc"})
        self.assertIn("not measured", text)
        self.assertIn("- `snmp`: not measured: snmptrapd is not installed", text)

    def test_doubts_are_told_once(self):
        line = ratio([600], [100], notes=["the generator was the limit"] * 3)
        self.assertEqual(markdown([line], {}).count("the generator was the limit"), 1)

    def test_a_server_that_did_not_keep_up_is_told_of(self):
        self.assertEqual(doubts({"kept_up": True, "rate": 60_000, "p50_ms": 3.0}), [])
        [doubt] = doubts({"kept_up": False, "rate": 60_000, "p50_ms": 1900.0})
        self.assertIn("did not keep up with 60,000 alerts/s", doubt)


if __name__ == "__main__":
    unittest.main()
