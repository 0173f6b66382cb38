"""Words of both languages, and numbers, dates and durations in their forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from triage.config import ReportSettings
from triage.errors import ConfigError
from triage.monitoring.performance import notes
from triage.monitoring.registry import METRICS
from triage.monitoring.report.rendering import FOLDER
from triage.monitoring.report.texts import FOLDER as WORDS
from triage.monitoring.report.texts import Texts, texts

LANGUAGES = get_args(ReportSettings.model_fields["language"].annotation)
EN, DE = texts("en", "EUR"), texts("de", "EUR")


def _leaves(words: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, word in words.items():
        if isinstance(word, Mapping):
            yield from _leaves(word, (*above, name))
        else:
            yield (*above, name), word


def test_there_is_a_file_for_each_language() -> None:
    assert {path.stem for path in WORDS.glob("*.yaml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_words_with_the_same_gaps(language: str) -> None:
    own, english = dict(_leaves(texts(language).words)), dict(_leaves(EN.words))
    assert own.keys() == english.keys()
    gaps = {key: sorted(re.findall(r"\{\w+\}", str(word))) for key, word in own.items()}
    assert gaps == {key: sorted(re.findall(r"\{\w+\}", str(word))) for key, word in english.items()}
    assert all(isinstance(word, str) for word in own.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_on_accuracy_has_a_sentence(language: str) -> None:
    codes = {value for name, value in vars(notes).items() if name.isupper()}
    assert len(codes) > 10
    assert codes <= set(texts(language)["notes"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_and_unit_has_a_word(language: str) -> None:
    words = texts(language)
    assert [metric.name for metric in METRICS if metric.name not in words["metrics"]] == []
    formed = {"share", "seconds"}  # as per cent and as a duration
    assert {metric.unit for metric in METRICS} - formed <= set(words["units"])


def test_every_word_is_used() -> None:
    templates = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.html"))
    by_name = {"forms", "units", "severities", "states", "figures", "families", "leads", "basis", "kinds", "metrics",
               "notes", "statuses", "references", "plots", "charts", "lines", "queries"}  # fmt: skip
    named = {("todo", "silenced"), ("todo", "resolved"), ("changes", "mean"), ("index", "duplicate"),
             ("index", "published"), ("index", "cost"), ("index", "seconds")}  # fmt: skip
    assert [
        key
        for key, _ in _leaves(EN.words)
        if key[0] not in by_name and key not in named and f"t.{'.'.join(key)}" not in templates
    ] == []


@pytest.mark.parametrize(
    ("english", "german", "value", "unit"),
    [
        ("12.5\u202f%", "12,5\u202f%", 0.125, "share"),
        ("42.0\u202f%", "42,0\u202f%", 0.42, "share"),
        ("97.3\u202f%", "97,3\u202f%", 0.9731, "share"),
        ("100\u202f%", "100\u202f%", 1.0, "share"),
        ("0\u202f%", "0\u202f%", 0.0, "share"),
        ("12,345\u202fmails", "12.345\u202fMails", 12_345.0, "mails"),
        ("2.5\u202fh", "2,5\u202fStd.", 2.5, "hours"),
        ("0.05\u202fEUR", "0,05\u202fEUR", 0.05, "money"),
        ("0.000012\u202fEUR", "0,000012\u202fEUR", 0.000012, "money"),
        ("-1,234", "-1.234", -1_234.4, "PSI"),
        ("2\u202fmin 5\u202fs", "2\u202fmin 5\u202fs", 125.0, "seconds"),
        ("1\u202fh 1\u202fmin", "1\u202fh 1\u202fmin", 3_660.0, "seconds"),
        ("1.5\u202fs", "1,5\u202fs", 1.5, "seconds"),
        ("–", "–", None, "share"),
        ("3\u202fparsecs", "3\u202fparsecs", 3.0, "parsecs"),
    ],
)
def test_quantities(english: str, german: str, value: float | None, unit: str) -> None:
    assert EN.quantity(value, unit) == english
    assert DE.quantity(value, unit) == german


@pytest.mark.parametrize(
    ("now", "was", "unit", "expected"),
    [
        (0.12, 0.10, "share", "+2.0\u202fpp"),
        (0.10, 0.12, "share", "−2.0\u202fpp"),
        (0.1, 0.1, "share", "±0\u202fpp"),
        (150.0, 100.0, "mails", "+50\u202f%"),
        (50.0, 100.0, "mails", "−50\u202f%"),
        (3_100.0, 100.0, "mails", "+3,000\u202f%"),
        (5.0, 0.0, "mails", "new"),
        (0.0, 0.0, "mails", "="),
        (5.0, -5.0, "money", "+10\u202fEUR"),
        (-8.0, -5.0, "minutes", "−3\u202fmin"),
        (-2.5, 1.0, "", "−3.5"),
        (-5.0, -5.0, "money", "±0\u202fEUR"),
        (-4.0, 0.0, "minutes", "−4\u202fmin"),
        (5.0, None, "mails", "–"),
        (None, 5.0, "mails", "–"),
    ],
)
def test_changes(now: float | None, was: float | None, unit: str, expected: str) -> None:
    assert EN.change(now, was, unit) == expected


@pytest.mark.parametrize(("words", "expected"), [(EN, "05 Mar 2026 14:30"), (DE, "05.03.2026 14:30")])
def test_times(words: Texts, expected: str) -> None:
    assert words.time(datetime(2026, 3, 5, 14, 30, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 B"), (999, "999 B"), (12_345, "12.3 kB"), (123_456_789, "123 MB"), (5e12, "5,000.0 GB")],
)
def test_sizes(size: float, expected: str) -> None:
    assert EN.bytes(size).replace("\u202f", " ") == expected


def test_a_name_without_a_word_reads_as_it_is() -> None:
    assert EN.word("metrics", "new_metric.of_mine") == "new metric of mine"


def test_a_language_without_a_file_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        texts("xx")
