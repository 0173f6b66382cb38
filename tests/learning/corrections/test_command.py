"""What jobs/feedback.py and jobs/review.py export print, write and end with."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pytest

from tests.learning.corrections.lakes import MAILS, settings_over, stored
from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.learning.command import run_command
from triage.learning.corrections.command import add_arguments, run
from triage.learning.corrections.reviewers import reviewer_token
from triage.learning.review_commands import COMMANDS
from triage.privacy.pseudonyms.keys import Keys


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)


def feedback(settings: Settings, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments), settings)


def answers(folder: Path, *rows: str) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join(["mail_key,head,label,reason", *rows]), "utf-8")
    return path


GOOD = f"{MAILS[0]},category,sales,"
BAD = f"{MAILS[1]},category,Miss Secret,"


@pytest.mark.parametrize(
    ("rows", "code", "printed"),
    [
        ([GOOD], 0, "1 corrections stored, 0 rejected."),
        ([GOOD, BAD], 0, "1 corrections stored, 1 rejected."),
        ([BAD], 2, "0 corrections stored, 1 rejected."),
        ([f"{MAILS[0]},category,,"], 0, "1 rows have no label yet."),
        ([], 0, "0 corrections stored, 0 rejected."),
    ],
    ids=["all", "some", "none", "unanswered", "empty"],
)
def test_the_exit_code_says_whether_anything_could_be_stored(
    rows: list[str], code: int, printed: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert feedback(settings, str(answers(tmp_path, *rows)), "--by", "Ann Berg") == code
    assert printed in capsys.readouterr().out


def test_rejected_rows_are_listed_without_their_values(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answers(tmp_path, GOOD, BAD, "1.2E+63,category,hr,")
    feedback(settings, str(file), "--by", "Ann Berg")
    out, beside = capsys.readouterr().out, tmp_path / "answers.csv.rejected.csv"
    with beside.open(newline="", encoding="utf-8") as stream:
        listed = [(row["row"], row["code"]) for row in csv.DictReader(stream)]
    assert listed == [("3", "UNKNOWN_LABEL"), ("4", "CUT_KEY")]
    for text in (out, beside.read_text("utf-8")):
        assert "Secret" not in text
        assert "1.2E" not in text
    assert "row 3: UNKNOWN_LABEL" in out
    feedback(settings, str(answers(tmp_path, GOOD)), "--by", "Ann Berg")
    assert not beside.exists(), "a list of before would mislead"


def test_many_rejected_rows_are_counted(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feedback(settings, str(answers(tmp_path, *[BAD] * 30, GOOD)), "--by", "Ann Berg")
    out = capsys.readouterr().out
    assert out.count("row ") == 20
    assert "UNKNOWN_LABEL 30" in out


def test_who_starts_the_job_corrects_where_nobody_is_named(settings: Settings, tmp_path: Path, keys: Keys) -> None:
    feedback(settings, str(answers(tmp_path, GOOD)))
    store = Store(lambda: pytest.fail("Spark"), settings.lake.root)
    assert [row["corrected_by"] for row in stored(store)] == [reviewer_token(os_user(), keys)]


def test_an_undo_by_id(lake: Store, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feedback(settings, str(answers(tmp_path, GOOD)))
    [row] = stored(lake)
    assert feedback(settings, "--undo", row["correction_id"]) == 0
    assert feedback(settings, "--undo", "0" * 32) == 2
    assert "UNKNOWN_CORRECTION" in capsys.readouterr().out
    assert [one["undoes"] for one in stored(lake) if one["undoes"]] == [row["correction_id"]]


@pytest.mark.parametrize(
    "arguments",
    [[], ["x.csv", "--undo", "0" * 32], ["x.csv", "--reason", "because"], ["none.csv"]],
    ids=["nothing", "two things", "a reason without an undo", "a missing file"],
)
def test_wrong_use(arguments: list[str], settings: Settings) -> None:
    with pytest.raises(ConfigError):
        feedback(settings, *arguments)


def export(settings: Settings, *arguments: str) -> None:
    run_command("", COMMANDS, ["export", "--set", f"lake.root={settings.lake.root}", *arguments])


@pytest.mark.parametrize("name", ["mails.csv", "mails.xlsx"])
def test_an_export_is_for_its_owner_and_comes_back(name: str, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / name
    export(settings, "--recent", "3", "--head", "kind", "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"PK" if name.endswith("xlsx") else b"\xef\xbb\xbf")
    assert feedback(settings, str(out)) == 0


@pytest.mark.parametrize("name", ["mails.csv", "mails.xlsx"])
def test_an_export_overwrites_nothing(name: str, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / name
    out.write_bytes(b"filled in")
    with pytest.raises(ConfigError, match=r"there already.*--out"):
        export(settings, "--recent", "3", "--out", str(out))
    assert [(path.name, path.read_bytes()) for path in tmp_path.glob("*mails*")] == [(name, b"filled in")]


def test_a_failed_export_leaves_no_file(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ConfigError, match=r"No space left"):
        export(settings, "--recent", "3", "--out", str(tmp_path / "mails.csv"))
    assert list(tmp_path.glob("*mails*")) == []


@pytest.mark.parametrize(("options", "code"), [(["--by", "Ann Berg"], 2), ([], 0)], ids=["--by", "no --by"])
def test_a_column_names_nobody_else_than_by(
    options: list[str], code: int, lake: Store, settings: Settings, keys: Keys, tmp_path: Path
) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(f"mail_key,head,label,reviewer\n{MAILS[0]},category,sales,Bo Lind\n", "utf-8")
    assert feedback(settings, str(file), *options) == code
    assert [row["corrected_by"] for row in stored(lake)] == ([] if code else [reviewer_token("Bo Lind", keys)])


def test_nothing_to_review_is_said_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--recent 50"):
        export(settings, "--out", str(tmp_path / "x.csv"))
    with pytest.raises(ConfigError, match="another team"):
        export(settings, "--recent", "5", "--team", "nobody", "--out", str(tmp_path / "x.csv"))
    assert not (tmp_path / "x.csv").exists()


def test_a_listed_person_only(lake: Store, tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("reviewers: {Bo Lind: {}}", "utf-8")
    settings = settings_over(lake, f"learning.corrections.reviewers={tmp_path / 'people.yaml'}")
    assert feedback(settings, str(answers(tmp_path, GOOD)), "--by", "Ann Berg") == 2
    assert feedback(settings, str(answers(tmp_path, GOOD)), "--by", "bo lind") == 0
