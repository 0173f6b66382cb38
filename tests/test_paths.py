"""A lake that cannot be written is said before anything is made."""

from __future__ import annotations

import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.paths import require_writable


@pytest.mark.parametrize("place", ["", "lake", "a/b/lake"], ids=["there", "not there yet", "nor its folder"])
def test_a_lake_that_can_be_made_is_fine_and_not_made(tmp_path: Path, place: str) -> None:
    require_writable(str(tmp_path / place))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["file", "file/lake"], ids=["a file", "below a file"])
def test_a_lake_in_the_place_of_a_file_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match=r"lake's folder cannot be written.*lake\.root"):
        require_writable(str(tmp_path / place))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of a user without rights")
def test_another_users_folder_is_named() -> None:
    child = get_context("fork").Process(target=_as_nobody)  # who may not even read the interpreter, so no new one
    child.start()
    child.join()
    assert child.exitcode == ConfigError.exit_code


def _as_nobody() -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    try:
        require_writable("/root/lake")
    except ConfigError as fault:
        os._exit(fault.exit_code)
    os._exit(0)
