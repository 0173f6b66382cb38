"""What the gate samples: matrices of cases, and files of slow tests.

Of the files with slow tests the gate runs those marked `core` and one in six others; `-m slow`, or the file by its
name, runs them all. Each one's turn comes within some days, and whoever changes what it is about runs it by name.

`@pytest.mark.exhaustive(sample=3, always=("ids", ...))` on a parametrized test keeps, of the cases of each such test,
those that `always` names and `sample` others. Which others depends on TRIAGE_SAMPLE_SEED, which is the date unless it
is set, so that every case runs within some days and a failure can be repeated with the seed that the header shows.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest

SEED = "TRIAGE_SAMPLE_SEED"
_WHOLE = "TRIAGE_SAMPLE_FILES"
"""Tells workers that no file and no mark was named."""
_ONE_IN = 6
"""Of so many files with slow tests the gate runs one, by a hash of its name and the seed, whatever others there are."""


def pytest_configure(config: pytest.Config) -> None:
    """The seed is fixed before workers start, so that all of them choose the same cases."""
    os.environ.setdefault(SEED, dt.datetime.now(dt.UTC).date().isoformat())
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.markexpr
    os.environ.setdefault(_WHOLE, "1" if is_whole else "0")


def pytest_report_header(config: pytest.Config) -> str:
    return f"sample: {SEED}={os.environ[SEED]} (-m exhaustive runs matrices whole, -m slow all slow tests)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the cases that are not in the sample, unless cases were named or the marks of all are asked for."""
    if "exhaustive" in config.option.markexpr or any("::" in word for word in config.args):
        return
    seed = os.environ[SEED]
    in_turn = items
    if os.environ[_WHOLE] == "1":
        in_turn = whose_turn_it_is(items, seed)
    chosen = {id(item) for item in chosen_items(in_turn, seed)}
    left_out = [item for item in items if id(item) not in chosen]
    items[:] = [item for item in items if id(item) in chosen]
    config.hook.pytest_deselected(items=left_out)


def whose_turn_it_is(items: Sequence[pytest.Item], seed: str) -> list[pytest.Item]:
    """All tests that are not slow, and of the slow ones those of files that are `core` or in the seed's sample."""
    slow = {_file(item) for item in items if item.get_closest_marker("slow")}
    core = {_file(item) for item in items if item.get_closest_marker("core")}
    turn = core | {file for file in slow if zlib.crc32(f"{seed} {file}".encode()) % _ONE_IN == 0}
    return [item for item in items if not item.get_closest_marker("slow") or _file(item) in turn]


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


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
