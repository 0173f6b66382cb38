"""uv installs where it can be had, by what pip's configuration says; else pip does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.environment.conftest import Copy, add_wheel

_INSTALLS = """\
import json, os, subprocess, sys
with open(os.environ["HOME"] + "/uv.json", "w") as file:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ)}, file)
python, lock = (sys.argv[sys.argv.index(option) + 1] for option in ("--python", "-r"))
sys.exit(subprocess.call([python, "-m", "pip", "install", "--no-deps", "-r", lock]))
"""
_OFFLINE = "import sys; sys.exit('error: Failed to fetch: error sending request for url (http://x/)')\n"


def add_uv(copy: Copy, lines: str, shebang: str = "#!/usr/bin/env python3") -> None:
    """A program in place of uv, and a package beside pyspark that it may install."""
    lock = copy.root / "conf" / "requirements.lock"
    lock.write_text(lock.read_text() + add_wheel(copy.root, "tiny", {"tiny.py": ""}))
    script = {"uv-1.0.data/scripts/uv": f"{shebang}\n{lines}"}
    (copy.root / "conf" / "installer.lock").write_text(add_wheel(copy.root, "uv", script))


def installed(copy: Copy) -> set[str]:
    found = (copy.root / ".env" / "venv").resolve().glob("lib/*/site-packages/*-1.0.dist-info")
    return {path.name.split("-")[0] for path in found}


@pytest.mark.slow
def test_uv_installs_by_pips_configuration_and_is_no_part_of_the_environment(copy: Copy) -> None:
    add_uv(copy, _INSTALLS)
    done = copy.start("setup")
    assert done.returncode == 0, done.stderr
    assert "pip installs" not in done.stderr
    assert installed(copy) == {"pyspark", "tiny"}
    seen = json.loads((copy.root / "uv.json").read_text())
    assert "--require-hashes" in seen["arguments"]
    assert seen["environment"]["UV_FIND_LINKS"] == copy.environment["PIP_FIND_LINKS"]
    assert seen["environment"]["UV_NO_INDEX"] == "true"
    assert not (copy.root / ".env" / "scratch").exists()


@pytest.mark.slow
def test_where_uv_cannot_be_had_pip_installs(copy: Copy) -> None:
    done = copy.start("setup")
    assert done.returncode == 0, done.stderr
    assert "uv cannot be used here" in done.stderr
    assert installed(copy) == {"pyspark"}


@pytest.mark.slow
def test_where_uv_fails_for_a_reason_of_its_own_pip_installs(copy: Copy) -> None:
    add_uv(copy, "raise SystemExit('no such instruction')\n")
    done = copy.start("setup")
    assert done.returncode == 0, done.stderr
    assert "uv failed" in done.stderr
    assert installed(copy) == {"pyspark", "tiny"}
    assert "no such instruction" in (copy.root / ".env" / "uv.log").read_text()


@pytest.mark.slow
def test_where_uv_does_not_start_pip_installs(copy: Copy) -> None:
    add_uv(copy, "", shebang="#!/no/such/program")
    done = copy.start("setup")
    assert done.returncode == 0, done.stderr
    assert "uv failed" in done.stderr
    assert installed(copy) == {"pyspark", "tiny"}


@pytest.mark.slow
def test_a_fault_that_pip_would_meet_too_is_reported(copy: Copy) -> None:
    add_uv(copy, _OFFLINE)
    done = copy.start("setup")
    assert done.returncode == 75
    assert "check the network, proxy or mirror" in done.stderr
    assert not (copy.root / ".env" / "venv").exists()
    assert list(Path(copy.root / ".env").glob("venv-*/.complete")) == []
