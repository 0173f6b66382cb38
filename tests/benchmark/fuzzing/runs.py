"""The runs of tests/benchmark/fuzz.py."""

from __future__ import annotations

from tests.benchmark.fuzzing.comparing import compare
from tests.benchmark.fuzzing.jobs import run_job
from tests.benchmark.fuzzing.parsing import run_parser

__all__ = ["compare", "run_job", "run_parser"]
