"""A key file is read where nobody else can read it or put another in its place, in every mode."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.other_users import folder_for_all_users
from triage.config import load_settings
from triage.errors import KeyMaterialError
from triage.privacy.pseudonyms.keys import keys_from_secret, load_keys, load_new_keys
from triage.privacy.pseudonyms.keys.key_file import read_key_file

SECRET = bytes(range(32))
NOBODY = 65_534


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key file as it should be."""
    file = tmp_path / "keys" / "a.key"
    file.parent.mkdir(mode=0o700)
    file.touch(0o600)
    file.write_text(SECRET.hex() + "\n")
    return file


@pytest.mark.parametrize("mode", ["local", "production"])
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "says"),
    [
        (0o600, 0o700, ""),
        (0o400, 0o500, ""),
        (0o600, 0o755, ""),
        (0o600, 0o1777, ""),
        (0o640, 0o700, "Others may read"),
        (0o604, 0o700, "Others may read"),
        (0o620, 0o700, "Others may read or change"),
        (0o602, 0o700, "Others may read or change"),
        (0o600, 0o770, "Others may put another file"),
        (0o600, 0o702, "Others may put another file"),
    ],
    ids=["own", "own, read-only", "folder that others may list", "sticky folder", "group reads", "others read",
         "group writes", "others write", "group writes to the folder", "others write to the folder"],
)  # fmt: skip
def test_modes(
    mode: str, file_mode: int, folder_mode: int, says: str, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    key.chmod(file_mode)
    key.parent.chmod(folder_mode)
    given = [f"lake.root={key.parent.parent / 'lake'}", f"privacy.key_file={key}", f"mode={mode}"]
    settings = load_settings(overrides=given)
    if not says:
        assert load_keys(settings) == load_new_keys(settings, None, str(key)) == keys_from_secret(SECRET)
        return
    with pytest.raises(KeyMaterialError, match=says) as refused:
        load_keys(settings)
    assert SECRET.hex() not in str(refused.value)
    with pytest.raises(KeyMaterialError, match=says):
        load_new_keys(settings, None, str(key))


def test_a_development_key_that_others_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    settings = load_settings(overrides=[f"lake.root={tmp_path / 'lake'}"])
    load_keys(settings)
    (tmp_path / "lake.keys" / "development.key").chmod(0o644)
    with pytest.raises(KeyMaterialError, match="chmod 600"):
        load_keys(settings)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_another_user_owns_is_refused(what: str, key: Path) -> None:
    os.chown(key if what == "file" else key.parent, NOBODY, NOBODY)
    with pytest.raises(KeyMaterialError, match="Another user owns"):
        read_key_file(key)


def test_the_folder_that_a_link_leads_to_counts_as_well(key: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(key)
    assert read_key_file(link) == SECRET.hex()
    key.parent.chmod(0o777)
    with pytest.raises(KeyMaterialError, match="another file"):
        read_key_file(link)


@pytest.mark.parametrize(
    ("entries", "is_private"),
    [("u:{me}:r", True), ("u:{me}:r,u:{nobody}:r", False), ("g:{nobody}:r", False)],
    ids=["this user", "another, too", "a group"],
)
def test_an_access_list_counts_by_whom_it_names(entries: str, is_private: bool, key: Path) -> None:
    set_acl(key, entries.format(me=os.geteuid(), nobody=NOBODY))
    assert key.stat().st_mode & 0o040, "the list's mask stands where the group's bits do"
    if is_private:
        assert read_key_file(key) == SECRET.hex()
        return
    with pytest.raises(KeyMaterialError, match="Others may read"):
        read_key_file(key)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
@pytest.mark.parametrize(
    ("owner", "mode", "entries", "says"),
    [
        pytest.param((0, 0), 0o400, f"u:{NOBODY}:r", "", id="root's, with a list of this user"),
        pytest.param((NOBODY, NOBODY), 0o400, "", "", id="a copy of the user's own, where a file system has no lists"),
        pytest.param((0, 0), 0o400, f"u:{NOBODY}:r,u:{NOBODY - 1}:r", "Others may read", id="root's, and another's"),
        pytest.param((0, NOBODY), 0o440, "", "Others may read", id="root's, for the user's group"),
        pytest.param((0, 0), 0o400, "", "cannot be read", id="root's alone"),
    ],
)
def test_a_credential_of_systemd_is_read_by_the_user_of_the_service(
    owner: tuple[int, int], mode: int, entries: str, says: str
) -> None:
    """As `LoadCredential=` leaves it: user and group, mode and list (systemd's src/core/credential.c)."""
    with folder_for_all_users("credentials") as place:
        key, folder = place / "unit" / "key", place / "unit"
        folder.mkdir()
        key.write_text(SECRET.hex() + "\n")
        key.chmod(mode)
        folder.chmod(0o500)
        if entries:
            set_acl(key, entries)
            set_acl(folder, f"u:{NOBODY}:rx")
        else:
            folder.chmod(0o555)
        os.chown(key, *owner)
        with as_nobody():
            if not says:
                assert read_key_file(key) == SECRET.hex()
                return
            with pytest.raises(KeyMaterialError, match=says):
                read_key_file(key)


@contextmanager
def as_nobody() -> Iterator[None]:
    """This process reads files as another user, without root's groups."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def set_acl(path: Path, entries: str) -> None:
    """Adds entries of access (`u:1000:rx,g:100:r`) by `setfacl`, or as it does on a machine without it."""
    if shutil.which("setfacl"):
        subprocess.run(["setfacl", "-m", entries, path], check=True)
        return
    tags, bits, nobody = {"u": 2, "g": 8}, {"r": 4, "w": 2, "x": 1}, 0xFFFFFFFF
    named = [entry.split(":") for entry in entries.split(",")]
    granted = [(tags[kind], sum(bits[one] for one in what), int(who)) for kind, who, what in named]
    mask, mode = max(bits for _, bits, _ in granted), path.stat().st_mode
    base = {1: mode >> 6 & 7, 4: mode >> 3 & 7, 16: mask, 32: mode & 7}
    rows = [(tag, perm, nobody) for tag, perm in base.items()] + granted
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in sorted(rows))  # posix_acl_xattr.h
    try:
        os.setxattr(path, "system.posix_acl_access", value)
    except OSError as error:
        pytest.skip(f"this file system keeps no access lists: {error.strerror}")
