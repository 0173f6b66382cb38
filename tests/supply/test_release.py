"""A release: built twice with the same bytes, verified by our command and by openssl, refused when it was changed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.config import PROJECT
from triage.errors import ConfigError, TriageError
from triage.supply.release.archive import SIGNATURE, SUMS, packed, sums, unpacked
from triage.supply.release.build import release
from triage.supply.release.signing import ReleaseError, sign, verify

FILES = {"a.whl": b"wheel", "sbom.json": b"{}"}
MOMENT = 1_800_000_000
SETUP = "[metadata]\nname = triage\nversion = 1.0\n[options]\npackages = triage\n"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from cryptography.hazmat.primitives import serialization as pem
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    folder = tmp_path_factory.mktemp("keys")
    key = Ed25519PrivateKey.generate()
    private, public = folder / "key.pem", folder / "public.pem"
    private.touch(0o600)
    private.write_bytes(key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo))
    return private, public


def signed(private: Path, files: dict[str, bytes] = FILES) -> dict[str, bytes]:
    return {**files, SUMS: sums(files), SIGNATURE: sign(sums(files), private)}


def write(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "release.tar.gz"
    path.write_bytes(packed(members, MOMENT))
    return path


def test_a_release_is_verified(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    found = verify(write(tmp_path, signed(keys[0])), keys[1])
    assert [line.split()[1] for line in found] == ["a.whl", "sbom.json"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda m: m | {"a.whl": b"other"}, id="a file changed"),
        pytest.param(lambda m: m | {"more": b"x"}, id="a file added"),
        pytest.param(lambda m: {k: v for k, v in m.items() if k != "sbom.json"}, id="a file left out"),
        pytest.param(
            lambda m: m | {"a.whl": b"other", SUMS: sums(FILES | {"a.whl": b"other"})}, id="sums changed, too"
        ),
        pytest.param(lambda m: {k: v for k, v in m.items() if k != SIGNATURE}, id="no signature"),
        pytest.param(lambda m: m | {SIGNATURE: bytes(64)}, id="another signature"),
    ],
)
def test_a_changed_release_is_refused(
    tmp_path: Path, keys: tuple[Path, Path], change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    with pytest.raises(ReleaseError):
        verify(write(tmp_path, change(signed(keys[0]))), keys[1])


def test_openssl_verifies_it(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is absent")
    for name, data in signed(keys[0]).items():
        (tmp_path / name).write_bytes(data)
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        str(keys[1]),
        "-in",
        SUMS,
        "-sigfile",
        SIGNATURE,
    ]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert (
        subprocess.run(["sha256sum", "--check", SUMS], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.parametrize("data", [b"", b"no archive", packed({"a": b"1"}, MOMENT)[:40]])
def test_what_is_no_release_is_said(tmp_path: Path, keys: tuple[Path, Path], data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(TriageError):
        verify(tmp_path / "a", keys[1])


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    copy = tmp_path / "key.pem"
    copy.touch(0o644)
    copy.write_bytes(keys[0].read_bytes())
    with pytest.raises(ConfigError, match="chmod 600"):
        sign(b"x", copy)
    with pytest.raises(ConfigError, match="no Ed25519 key"):
        sign(b"x", write_private(tmp_path / "none.pem", b"none"))


def write_private(path: Path, data: bytes) -> Path:
    path.touch(0o600)
    path.write_bytes(data)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small project of the same layout, committed."""
    root = tmp_path / "project"
    for name in ("requirements.lock", "embeddings.lock", "notebook.lock", "tracking-server.lock", "installer.lock",
                 "jars/jars.lock"):  # fmt: skip
        (root / "conf" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "conf" / name, root / "conf" / name)
    (root / "triage").mkdir()
    (root / "triage" / "__init__.py").write_text('"""A package."""\n', "utf-8")
    (root / "setup.cfg").write_text(SETUP, "utf-8")
    shutil.copy(PROJECT / "pyproject.toml", root)
    (root / "start.sh").write_text("#!/bin/sh\n", "utf-8")
    (root / "start.sh").chmod(0o755)
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(root), *words], check=True)
    return root


def test_two_builds_of_one_commit_are_equal(tmp_path: Path, keys: tuple[Path, Path], checkout: Path) -> None:
    first = release(checkout, "1.0", b"{}", keys[0], tmp_path / "one")
    (checkout / "triage" / "__init__.py").touch()
    second = release(checkout, "1.0", b"{}", keys[0], tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    names = [line.split()[1] for line in verify(first, keys[1])]
    assert names == ["embeddings.lock", "installer.lock", "jars.lock", "notebook.lock", "requirements.lock", "sbom.json",
                     "tracking-server.lock", "triage-1.0-py3-none-any.whl", "triage-1.0.tar.gz"]  # fmt: skip
    inner = tmp_path / "inner.tar.gz"
    inner.write_bytes(unpacked(first)["triage-1.0.tar.gz"])
    assert unpacked(inner)["triage/__init__.py"] == b'"""A package."""\n'


def test_a_release_is_made_of_commits_only(tmp_path: Path, keys: tuple[Path, Path], checkout: Path) -> None:
    (checkout / "secret.txt").write_text("not committed", "utf-8")
    with pytest.raises(ConfigError, match="not committed"):
        release(checkout, "1.0", b"{}", keys[0], tmp_path / "out")
    with pytest.raises(ConfigError, match="no git checkout"):
        release(tmp_path, "1.0", b"{}", keys[0], tmp_path / "out")
