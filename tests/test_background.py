"""Work beside other work: waited for, and silent."""

from __future__ import annotations

import time

import pytest

from triage.background import in_background


def test_it_is_done_meanwhile_and_waited_for() -> None:
    done: list[str] = []

    def work() -> None:
        time.sleep(0.05)
        done.append("background")

    with in_background(work):
        done.append("foreground")
    assert done == ["foreground", "background"]


def test_its_errors_are_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    with in_background(lambda: 1 / 0):
        pass
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_the_foreground_is() -> None:
    with pytest.raises(LookupError), in_background(lambda: None):
        raise LookupError
