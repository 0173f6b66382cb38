"""Words and templates of the page in a reviewer's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask import request, session

from triage.monitoring.report.texts import Texts
from triage.yaml_file import read_yaml

LANGUAGES = ("en", "de")
FOLDER = Path(__file__).parent / "words"


@lru_cache(maxsize=len(LANGUAGES))
def page_words(language: str) -> Texts:
    """The page's words. Raises ConfigError where the file is missing or broken."""
    return Texts(language, read_yaml(FOLDER / f"{language}.yaml", "file of the page's words", "Restore the file."))


def language_of_request(usual: str | None) -> Callable[[], Texts]:
    """Gives the words that the reviewer chose, else those of `usual`, else those that the browser asks for."""

    def words() -> Texts:
        chosen = session.get("language") or usual or request.accept_languages.best_match(LANGUAGES)
        return page_words(chosen if chosen in LANGUAGES else LANGUAGES[0])

    return words
