"""A lake that cannot be written is said before anything is made; credentials in URIs."""

from __future__ import annotations

import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.paths import holds_password, require_writable, without_credentials


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


@pytest.mark.parametrize(
    ("uri", "without"),
    [
        ("https://night:s3cr3t@h/base?a=b", "https://h/base?a=b"),
        ("https://s3cr3t@h:5000", "https://h:5000"),
        ("HTTP://:s3cr3t@h", "HTTP://h"),
        ("s3a://s3cr3t@bucket/x", "s3a://bucket/x"),
        ("s3a://A:s3c/r3t@bucket/x", "s3a://bucket/x"),
        ("postgresql+psycopg://mlflow:s3cr3t@db:5432/x", "postgresql+psycopg://db:5432/x"),
        ("postgresql://mlflow:s3c#r3?t/s3cr3t@db/x", "postgresql://db/x"),
        ("postgresql://mlflow:s3cr3t@s3cr3t@db/x", "postgresql://db/x"),
        ("postgresql://mlflow:5@db/x", "postgresql://db/x"),
        ("a https://s3cr3t@h/x, b 'ftp://u:s3cr3t@h'", "a https://h/x, b 'ftp://h'"),
    ],
)
def test_credentials_of_a_uri_are_noticed_and_left_out(uri: str, without: str) -> None:
    assert holds_password(uri)
    assert without_credentials(uri)[0] == without


@pytest.mark.parametrize(
    "uri", ["postgresql://u:it's@db", "postgresql://u:my pass@db", "http://user:it's@h", 'https://to"ken@h']
)
def test_a_password_with_a_quote_or_a_blank_is_noticed(uri: str) -> None:
    assert holds_password(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://h:5000/experiments/@latest",
        "http://[::1]:5000/a@b",
        "https://h/find?mail=a@b.example&at=12:30",
        "postgresql+psycopg://mlflow@db/x",
        "postgresql://db:5432/x?user=me@server",
        "sqlite:////srv/a:b/mlflow@home.db",
        "s3a://bucket/a@b:c",
        "see mailto:a@b.c and http://h:80, or ask x@y.z",
    ],
)
def test_what_is_no_credential_stays(uri: str) -> None:
    assert not holds_password(uri)
    assert without_credentials(uri) == (uri, 0)
