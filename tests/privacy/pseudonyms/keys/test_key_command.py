"""A secret from a command: taken from its standard output alone, and nothing of it is shown."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from triage.config import load_settings
from triage.errors import ConfigError, KeyMaterialError, TransientError
from triage.privacy.pseudonyms.keys import keys_from_secret, load_keys
from triage.privacy.pseudonyms.keys.key_command import secret_of_command

SECRET = "5c" * 32
HIDDEN = "hvs.password-of-the-vault"


def _script(folder: Path, *lines: str) -> str:
    file = folder / "client"
    file.write_text("\n".join(["#!/bin/sh", *lines]))
    file.chmod(0o700)
    return str(file)


def test_it_is_read_by_the_settings_and_prints_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    monkeypatch.setenv("VAULT_TOKEN", HIDDEN)
    client = _script(tmp_path, 'test "$VAULT_TOKEN" || exit 1', 'echo "signed in by $VAULT_TOKEN" >&2', 'echo " $1"')
    words = f"privacy.key_command=[{client}, '{SECRET}']"
    for mode in ("local", "production"):
        settings = load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", words, f"mode={mode}"])
        assert load_keys(settings) == keys_from_secret(bytes.fromhex(SECRET))
    assert capfd.readouterr() == ("", "")


def test_its_words_meet_no_shell() -> None:
    assert secret_of_command(["printf", "%s", "$HOME; `id` * "], 10) == "$HOME; `id` *"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([f"echo {HIDDEN} >&2", f"echo {SECRET}", "exit 3"], "exit code 3"),
        (["kill -9 $$"], "by signal 9"),
        ([f"echo {HIDDEN} >&2"], "printed nothing"),
        (["printf '\\377\\376'"], "neither hex nor base64"),
        (["echo not a key"], "neither hex nor base64"),
        (["echo 00ff"], "2 bytes"),
    ],
    ids=["exit code", "signal", "nothing", "bytes", "words", "short"],
)
def test_a_command_that_fails_ends_with_2_and_quotes_nothing(
    lines: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    command = f"privacy.key_command=[{_script(tmp_path, *lines)}, {HIDDEN}]"
    with pytest.raises(KeyMaterialError, match=says) as failed:
        load_keys(load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", command]))
    assert failed.value.exit_code == 2 and failed.value.where == "privacy.key_command"
    shown = str(failed.value) + "".join(capfd.readouterr())
    assert not any(text in shown for text in (HIDDEN, SECRET, "not a key"))


@pytest.mark.parametrize("program", ["/no/such/program", "no-such-program-anywhere", "/etc/passwd"])
def test_a_program_that_cannot_start(program: str) -> None:
    with pytest.raises(KeyMaterialError, match="cannot be started"):
        secret_of_command([program], 10)


def test_a_command_without_an_end_is_ended_with_what_it_started(tmp_path: Path) -> None:
    children = tmp_path / "children"
    client = _script(tmp_path, "sleep 60 &", f"echo $! > {children}", "wait")
    begin = monotonic()
    with pytest.raises(TransientError, match=r"within 0\.5 s") as late:
        secret_of_command([client], 0.5)
    assert late.value.exit_code == 75 and monotonic() - begin < 30
    assert not _runs(int(children.read_text()))


def test_a_command_that_asks_for_another_try_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="exit code 75") as failed:
        secret_of_command([_script(tmp_path, f"echo {SECRET}", "exit 75")], 10)
    assert failed.value.exit_code == 75 and SECRET not in str(failed.value)


@pytest.mark.parametrize("starter", ["", "setsid "], ids=["in its session", "in a session of its own"])
def test_what_a_command_leaves_in_the_background_may_hold_its_output(starter: str, tmp_path: Path) -> None:
    child = tmp_path / "child"
    client = _script(tmp_path, f"{starter}sleep 60 &", f"echo $! > {child}", f"echo {SECRET}")
    begin = monotonic()
    try:
        assert secret_of_command([client], 30) == SECRET
        assert monotonic() - begin < 20
    finally:
        with suppress(ProcessLookupError):
            os.kill(int(child.read_text()), signal.SIGKILL)


def _runs(pid: int) -> bool:
    for _ in range(100):
        with suppress(ProcessLookupError, FileNotFoundError):
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                sleep(0.05)
                continue
        return False
    os.kill(pid, signal.SIGKILL)
    return True


@pytest.mark.parametrize("words", ["[bin/client]", "['']", "[./client]"])
def test_a_relative_program_is_refused(words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="absolute"):
        load_settings(overrides=[f"lake.root={tmp_path}", f"privacy.key_command={words}"])
