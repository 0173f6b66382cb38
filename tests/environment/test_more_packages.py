"""The packages that only the gate and jobs/embeddings.py need."""

from __future__ import annotations

import configparser
import re
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement

from triage.environment.place import PROJECT, find_place
from triage.environment.setup.locks import read_packages

from .conftest import Copy, add_wheel

PLACE = find_place({})
UNWANTED = {"sentence-transformers"}


def pins(lock: dict[str, str]) -> dict[str, str]:
    return {name: text.partition("==")[2].split()[0] for name, text in lock.items()}


def add_lock(copy: Copy) -> None:
    entry = add_wheel(copy.root, "more_tools", {"more_tools.py": ""})
    (copy.root / "conf" / "embeddings.lock").write_text(entry.replace("_", "-", 1), "utf-8")


def installed(copy: Copy) -> bool:
    return any(copy.root.glob(".env/venv/lib/*/site-packages/more_tools.py"))


@pytest.mark.slow
def test_the_gate_installs_them_and_a_job_does_not(copy: Copy) -> None:
    add_lock(copy)
    assert copy.start("jobs/echo.py").returncode == 0
    assert not installed(copy)
    assert "1 more installed" in copy.start("tests", "-q").stderr
    assert installed(copy)
    assert "Python packages" not in copy.start("tests", "-q").stderr


@pytest.mark.slow
def test_what_was_cut_short_is_installed_again(copy: Copy) -> None:
    add_lock(copy)
    copy.start("tests", "-q")
    (record,) = copy.root.glob(".env/venv/lib/*/site-packages/more_tools-1.0.dist-info/RECORD")
    record.unlink()
    next(copy.root.glob(".env/venv/lib/*/site-packages/more_tools.py")).unlink()
    copy.start("tests", "-q")
    assert installed(copy) and record.is_file()


def test_the_lock_holds_exactly_what_is_declared() -> None:
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    declared = setup["options.extras_require"]["embeddings"]
    locked = read_packages(PLACE.embeddings_lock)
    assert pins(locked) == dict(re.findall(r"^([\w.-]+)==(\S+)$", declared, re.MULTILINE))
    assert [name for name, text in locked.items() if "--hash=sha256:" not in text] == []


def test_both_locks_together_are_whole() -> None:
    """They are installed without what they ask for, so both locks must hold it, in a version that they accept."""
    main, more = (pins(read_packages(lock)) for lock in (PLACE.package_lock, PLACE.embeddings_lock))
    assert main.keys() & more.keys() == set()
    known = main | more
    for name, pin in more.items():
        assert version(name) == pin
        wanted = [Requirement(text) for text in requires(name) or ()]
        needed = [need for need in wanted if need.name not in UNWANTED]
        for need in needed:
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                assert need.specifier.contains(known[need.name.lower().replace("_", "-")])
