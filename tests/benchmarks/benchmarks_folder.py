"""Lets the tests import what is in benchmarks/."""

import os
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "benchmarks")
sys.path[:0] = [FOLDER, os.path.join(FOLDER, "peers")]
