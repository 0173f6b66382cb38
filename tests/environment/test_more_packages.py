"""The packages that only the gate and jobs/embeddings.py need."""

from __future__ import annotations

import configparser
import hashlib
import re
import zipfile
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement

from triage.environment.place import PROJECT, find_place
from triage.environment.setup.locks import read_packages

from .conftest import Copy

PLACE = find_place({})
UNWANTED = {"sentence-transformers"}


def pins(lock: dict[str, str]) -> dict[str, str]:
    return {name: text.partition("==")[2].split()[0] for name, text in lock.items()}


def add_wheel(copy: Copy) -> None:
    wheel = copy.root / "wheels" / "more_tools-2.0-py3-none-any.whl"
    folder = "more_tools-2.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("more_tools.py", "")
        file.writestr(f"{folder}/METADATA", "Metadata-Version: 2.1\nName: more-tools\nVersion: 2.0\n")
        file.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{folder}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (copy.root / "conf" / "embeddings.lock").write_text(
        f"more-tools==2.0 \\\n    --hash=sha256:{digest}\n", "utf-8"
    )


def installed(copy: Copy) -> bool:
    return any(copy.root.glob(".env/venv/lib/*/site-packages/more_tools.py"))


@pytest.mark.slow
def test_the_gate_installs_them_and_a_job_does_not(copy: Copy) -> None:
    add_wheel(copy)
    assert copy.start("jobs/echo.py").returncode == 0
    assert not installed(copy)
    assert "1 more installed" in copy.start("tests", "-q").stderr
    assert installed(copy)
    assert "Python packages" not in copy.start("tests", "-q").stderr


@pytest.mark.slow
def test_what_was_cut_short_is_installed_again(copy: Copy) -> None:
    add_wheel(copy)
    copy.start("tests", "-q")
    (record,) = copy.root.glob(".env/venv/lib/*/site-packages/more_tools-2.0.dist-info/RECORD")
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
