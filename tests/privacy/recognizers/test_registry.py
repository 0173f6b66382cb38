"""The registry knows every pattern, whichever module is imported first."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from triage.privacy import recognizers
from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.recognizers.common.base import PresidioRecognizer, Recognizer
from triage.privacy.recognizers.common.table import TableRecognizer
from triage.privacy.recognizers.registry import PATTERN_SETS, RECOGNIZERS

BASES = {PresidioRecognizer, Recognizer, TableRecognizer}
MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(recognizers.__path__, f"{recognizers.__name__}.")
]


def patterns(value: object) -> Iterator[Pattern]:
    """The patterns in a value, however nested."""
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, PatternSet):
        yield from value.patterns
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from patterns(inner)
    elif hasattr(value, "pattern"):
        yield from patterns(value.pattern)


def test_every_recognizer_is_listed_once() -> None:
    classes = {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, (PresidioRecognizer, Recognizer))
    }
    assert classes - BASES == set(RECOGNIZERS)
    assert len(set(RECOGNIZERS)) == len(RECOGNIZERS)


def test_every_pattern_of_a_module_or_recognizer_is_in_the_set_once() -> None:
    owners = [*MODULES, *RECOGNIZERS]
    declared = {pattern for owner in owners for value in vars(owner).values() for pattern in patterns(value)}
    listed = [pattern for each in PATTERN_SETS for pattern in each.patterns]
    assert declared == set(listed)
    assert len(listed) == len(declared)
    assert all(pattern.set is each for each in PATTERN_SETS for pattern in each.patterns)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["street_address", "email", "registry"])
def test_the_order_of_imports_changes_nothing(first: str) -> None:
    code = (
        f"import triage.privacy.recognizers.{first}; from triage.privacy.recognizers.registry import PATTERN_SETS;"
        "print([[(p.text, p.flags) for p in each.patterns] for each in PATTERN_SETS])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == repr([[(p.text, p.flags) for p in each.patterns] for each in PATTERN_SETS])
