"""One night over the mails of tests/e2e/cases.py: what must go is gone, and the words around it are still there."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cases import CASES, Case
from tests.lakes import Lake
from triage.mail.keys import mail_key

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "data" / "cases"
TOKEN = re.compile(r"<[A-Z_]+_[0-9a-f]{6}_[0-9a-f]{16}>")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, trained: Lake) -> dict[str, dict[str, Any]]:
    """The row of each case in `silver/mail`, by the name of its file."""
    lake = Lake(tmp_path_factory.mktemp("cases") / "lake")
    models = ["--set", f"mlflow.tracking_uri=sqlite:///{trained.root}.mlflow/mlflow.db"]
    assert lake.nightly(FOLDER, options=models)["messages_read"] == len(CASES)
    rows = {row["mail_key"]: row for row in lake.rows("silver/mail")}
    keys = {file.stem: mail_key(file.read_bytes()) for file in FOLDER.glob("*.eml")}
    return {name: rows[key] for name, key in keys.items() if key in rows}


def text_of(row: dict[str, Any]) -> str:
    """All text of a row, with single blanks."""
    people = json.dumps([row["sender"], row["recipients"]], ensure_ascii=False)
    names = [attachment["name"] or "" for attachment in row["attachments"] or ()]
    return " ".join(" ".join([row["subject"] or "", row["body"] or "", people, *names]).split())


def digits_of(text: str) -> str:
    """The digits outside of tokens, in ASCII."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", TOKEN.sub("", text)))


def test_each_mail_is_a_case() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(CASES)


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_a_mail_loses_its_personal_data_and_nothing_else(
    name: str, case: Case, published: dict[str, dict[str, Any]]
) -> None:
    row = published[name]
    text = text_of(row)
    clear = TOKEN.sub(" ", text).casefold()
    assert [words for words in case.stays if words not in text] == []
    assert [word for word in case.gone if _is_word_of(clear, word.casefold())] == []
    assert [number for number in case.digits if digits_of(number) in digits_of(text)] == []
    assert case.subject in row["subject"]
    assert {column: row[column] for column in case.columns} == case.columns
    counts = dict(row["entity_counts"])
    assert {entity for entity, number in case.fewest.items() if counts.get(entity, 0) < number} == set()


def _is_word_of(text: str, word: str) -> bool:
    """Whether it stands there, as a word of its own in scripts that part words: those with capitals."""
    if word.upper() == word.lower():
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
