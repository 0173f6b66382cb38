"""Matrices of cases: the gate runs a few that always run and a rotating sample; `-m exhaustive` runs them whole.

`@pytest.mark.exhaustive(sample=3, always=("ids", ...))` on a parametrized test keeps, of the cases of each such test,
those that `always` names and `sample` others. Which others depends on TRIAGE_SAMPLE_SEED, which is the date unless it
is set, so that every case runs within some days and a failure can be repeated with the seed that the header shows.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest

SEED = "TRIAGE_SAMPLE_SEED"


def pytest_configure(config: pytest.Config) -> None:
    """The seed is fixed before workers start, so that all of them choose the same cases."""
    os.environ.setdefault(SEED, dt.datetime.now(dt.UTC).date().isoformat())


def pytest_report_header(config: pytest.Config) -> str:
    return f"sample of matrices: {SEED}={os.environ[SEED]} (-m exhaustive runs them whole)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the cases that are not in the sample, unless cases were named or the marks of all are asked for."""
    if "exhaustive" in config.option.markexpr or any("::" in word for word in config.args):
        return
    chosen = {id(item) for item in chosen_items(items, os.environ[SEED])}
    left_out = [item for item in items if id(item) not in chosen]
    items[:] = [item for item in items if id(item) in chosen]
    config.hook.pytest_deselected(items=left_out)


def chosen_items(items: Iterable[pytest.Item], seed: str) -> list[pytest.Item]:
    """The items to run, in their order: all without the mark, and of each test with it the sample."""
    matrices: dict[str, list[pytest.Item]] = defaultdict(list)
    chosen: set[int] = set()
    everything = list(items)
    for item in everything:
        if item.get_closest_marker("exhaustive"):
            matrices[item.nodeid.partition("[")[0]].append(item)
        else:
            chosen.add(id(item))
    for name, cases in matrices.items():
        file = name.partition("::")[0]  # equal matrices of a file choose the same cases, and share their fixtures
        chosen |= {id(item) for item in _sampled(cases, random.Random(f"{seed} {file}"))}
    return [item for item in everything if id(item) in chosen]


def _sampled(cases: Sequence[pytest.Item], chance: random.Random) -> list[pytest.Item]:
    mark = cases[0].get_closest_marker("exhaustive")
    assert mark is not None
    always = [case for case in cases if _is_among(case, mark.kwargs.get("always", ()))]
    others = [case for case in cases if not _is_among(case, mark.kwargs.get("always", ()))]
    return always + chance.sample(others, min(len(others), mark.kwargs["sample"]))


def _is_among(case: pytest.Item, ids: Sequence[str]) -> bool:
    """Whether the case's id is one of `ids`, or has all of its parts, in whatever order the parameters stand."""
    brackets = case.nodeid.partition("[")[2].removesuffix("]")
    parts = set(brackets.split("-"))
    return any(word == brackets or parts.issuperset(word.split("-")) for word in ids)
