"""Loads the forms of each language, once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from triage.mail.structure.model import Structure

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "da", "sv", "nb", "fi", "cs", "hu", "ro", "tr", "el", "ru",
             "uk", "ja", "zh", "ko")  # fmt: skip
"""ISO 639-1 codes of the languages that have a file."""

FOLDER = Path(__file__).parent / "data"


@cache
def structures() -> dict[str, Structure]:
    """The forms by language. Raises pydantic's ValidationError for a file against the schema."""
    return {code: Structure.model_validate(_content(FOLDER / f"{code}.yaml")) for code in LANGUAGES}


def _content(file: Path) -> Any:
    """What a shipped file holds.

    PyYAML's loader in C reads it, since every process needs these files and the reader of triage.yaml_file takes
    some tenths of a second for them. A test reads them with that one, too, for which a key given twice is an error.
    """
    return yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
