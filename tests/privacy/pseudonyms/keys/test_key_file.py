"""A key file is read where nobody else can read it or put another in its place, in every mode."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

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
    if not shutil.which("setfacl"):
        _set_acl(key, entries)
    else:
        subprocess.run(["setfacl", "-m", entries.format(me=os.geteuid(), nobody=NOBODY), key], check=True)
    assert key.stat().st_mode & 0o040, "the list's mask stands where the group's bits do"
    if is_private:
        assert read_key_file(key) == SECRET.hex()
        return
    with pytest.raises(KeyMaterialError, match="Others may read"):
        read_key_file(key)


def _set_acl(file: Path, entries: str) -> None:
    """What `setfacl` does, for a machine without it (posix_acl_xattr.h: version 2, then tag, permissions and id)."""
    tags, nobody_id = {"u": 2, "g": 8}, 0xFFFFFFFF
    named = [entry.format(me=os.geteuid(), nobody=NOBODY).split(":") for entry in entries.split(",")]
    rows = [(1, 6, nobody_id), (4, 0, nobody_id), (16, 4, nobody_id), (32, 0, nobody_id)]
    rows += [(tags[kind], 4, int(who)) for kind, who, _ in named]
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in sorted(rows))
    try:
        os.setxattr(file, "system.posix_acl_access", value)
    except OSError as error:
        pytest.skip(f"this file system keeps no access lists: {error.strerror}")
