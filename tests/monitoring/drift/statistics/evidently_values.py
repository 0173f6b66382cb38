"""Evidently's figures for two samples, as JSON on standard output; started by the Python of an environment that has it.

    PYTHON tests/monitoring/drift/statistics/evidently_values.py < samples.json

Input: {"categories": [[…], […]], "numbers": [[…], […]]}, each the reference and the present sample.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def figures(samples: dict[str, Any]) -> dict[str, float | str]:
    """By test and kind of data; `version` is Evidently's."""
    tests = importlib.import_module("evidently.legacy.calculations.stattests")
    kinds = importlib.import_module("evidently.legacy.core").ColumnType
    series = importlib.import_module("pandas").Series
    asked = [
        ("psi_stat_test", "categories"),
        ("psi_stat_test", "numbers"),
        ("jensenshannon_stat_test", "categories"),
        ("chi_stat_test", "categories"),
        ("ks_stat_test", "numbers"),
        ("wasserstein_stat_test", "numbers"),
    ]
    found: dict[str, float | str] = {"version": importlib.import_module("evidently").__version__}
    for name, kind in asked:
        was, now = (series(part) for part in samples[kind])
        column = kinds.Categorical if kind == "categories" else kinds.Numerical
        found[f"{name} {kind}"] = float(getattr(tests, name)(was, now, column, 0.1).drift_score)
    return found


if __name__ == "__main__":
    json.dump(figures(json.load(sys.stdin)), sys.stdout)
