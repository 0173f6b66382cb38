"""Keys come from one secret, and no wrong one is taken."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from triage.config import Settings, load_settings
from triage.errors import ConfigError, KeyMaterialError
from triage.privacy.pseudonyms.keys import DEVELOPMENT_MARK, key_origin, keys_from_secret, load_keys

SECRET = bytes(range(32))


def _settings(lake: Path, *more: str) -> Settings:
    return load_settings(overrides=[f"lake.root={lake}", *more])


def _key_id(lake: str) -> str:
    return load_keys(_settings(Path(lake))).key_id


@pytest.mark.parametrize(
    "text", [SECRET.hex(), SECRET.hex().upper(), base64.b64encode(SECRET).decode(), base64.urlsafe_b64encode(SECRET).decode().rstrip("=")],
    ids=["hex", "upper hex", "base64", "url-safe base64 without padding"],
)  # fmt: skip
def test_one_secret_in_any_spelling_gives_the_same_keys(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_KEY", SECRET.hex())
    expected = load_keys(_settings(tmp_path / "lake"))
    monkeypatch.setenv("TRIAGE_KEY", text)
    assert load_keys(_settings(tmp_path / "lake")) == expected
    assert expected.token_key != expected.vault_key
    assert SECRET.hex() not in repr(expected) and expected.token_key.hex() not in repr(expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("00" * 31, "31 bytes"),
        ("not a key!", "neither hex nor base64"),
        ("*z" * 40 + "=", "neither hex nor base64"),
    ],
    ids=["short", "words", "broken base64"],
)
def test_a_wrong_key_is_refused_without_its_value(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_KEY", text)
    with pytest.raises(KeyMaterialError, match=says) as refused:
        load_keys(_settings(tmp_path / "lake"))
    assert text not in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_development_key_is_made_once_beside_the_lake_by_many_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    with ProcessPoolExecutor(4) as pool:
        assert len(set(pool.map(_key_id, [str(tmp_path / "lake")] * 12))) == 1
    file = tmp_path / "lake.keys" / "development.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["development.key"]


def test_where_the_lake_cannot_be_made_its_key_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    with pytest.raises(ConfigError, match="lake's folder cannot be written"):
        load_keys(load_settings(overrides=["lake.root=/proc/no/lake"]))


@pytest.mark.parametrize("wanted", ["nothing", "development file", "development variable"])
def test_production_refuses(wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    file, more = tmp_path / "a.key", ["mode=production"]
    file.write_text(DEVELOPMENT_MARK + SECRET.hex())
    file.chmod(0o600)
    if wanted == "development variable":
        monkeypatch.setenv("TRIAGE_KEY", file.read_text())
    elif wanted != "nothing":
        more.append(f"privacy.key_file={file}")
    with pytest.raises(KeyMaterialError):
        load_keys(_settings(tmp_path / "lake", *more))


SOURCES = {"environment variable": b"e" * 32, "key command": b"c" * 32, "key file": b"f" * 32}


@pytest.mark.parametrize("given", range(1, 8))
def test_the_variable_wins_over_the_command_and_that_over_the_file(
    given: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for place, name in enumerate(SOURCES) if given & 1 << place]
    monkeypatch.setenv("TRIAGE_KEY", SOURCES["environment variable"].hex() if "environment variable" in names else " ")
    file, more = tmp_path / "a.key", []
    file.touch(0o600)
    file.write_text(SOURCES["key file"].hex())
    more += [f"privacy.key_file={file}"] if "key file" in names else []
    more += [f"privacy.key_command=[echo, '{SOURCES['key command'].hex()}']"] if "key command" in names else []
    settings = _settings(tmp_path / "lake", *more)
    assert key_origin(settings) == names[0]
    assert load_keys(settings) == keys_from_secret(SOURCES[names[0]])
    assert not (tmp_path / "lake.keys").exists()


@pytest.mark.parametrize("fault", ["missing", "binary"])
def test_an_unreadable_file_is_refused(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    file = tmp_path / "a.key"
    if fault == "binary":
        file.touch(0o600)
        file.write_bytes(bytes(range(128, 200)))
    with pytest.raises(KeyMaterialError):
        load_keys(_settings(tmp_path / "lake", f"privacy.key_file={file}"))


@pytest.mark.parametrize("lake", ["s3a://bucket/lake", "inside"])
def test_a_development_key_never_lies_in_the_lake(lake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    overrides = [f"lake.root={lake if '://' in lake else tmp_path}"]
    overrides += [f"lake.reports={tmp_path}", "mlflow.tracking_uri=http://models.example"]
    overrides += [f"lake.keys={tmp_path}/keys"] if lake == "inside" else []
    with pytest.raises(KeyMaterialError):
        load_keys(load_settings(overrides=overrides))
