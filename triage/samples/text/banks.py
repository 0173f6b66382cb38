"""The phrase banks under `phrases/`, one YAML file a language, compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from triage.samples.text.grammar import Phrase, parse

Phrases = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One matter that people write about, and the departments an annotator may file it under."""

    labels: tuple[str, ...]
    """Drawn evenly; a department stands as often as its weight."""
    subject: Phrases
    say: Phrases
    ask: Phrases


@dataclass(frozen=True, slots=True)
class Bank:
    """All phrases of a language."""

    language: str
    topics: dict[str, tuple[Topic, ...]]
    shared_topics: tuple[Topic, ...]
    vague: Phrases
    vague_subjects: Phrases
    background: Phrases
    priority: dict[str, Phrases]
    sentiment: dict[str, Phrases]
    replies: dict[str, Phrases]
    frame: dict[str, Phrases]
    labels: dict[str, str]
    """Words before a phone number or address in a signature."""
    outlook: tuple[str, ...]
    """From, Sent, To, Subject and the line above them."""
    forward: str
    auto_reply: dict[str, Phrases]
    bounce: dict[str, Phrases]
    newsletter: dict[str, Phrases]
    newsletter_topics: dict[str, str]
    near_kind: dict[str, Phrases]
    cities: tuple[str, ...]
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    mentions: Phrases
    """Sentences that name third people in the middle of the text, inflected where the language does."""
    letters: Phrases
    """Whole business letters and invoices with their form words and headings."""
    streets: tuple[str, ...]
    """Street names where Faker's are not of this country's form; may be empty."""
    jobs: tuple[str, ...]


@lru_cache
def bank(language: str) -> Bank:
    """The compiled bank of a language."""
    source = resources.files("triage.samples").joinpath("phrases", f"{language}.yaml")
    data = yaml.safe_load(source.read_text("utf-8"))
    frame, newsletter = data["frame"], data["newsletter"]
    return Bank(
        language=language,
        topics={name: _topics(entries, name) for name, entries in data["departments"].items()},
        shared_topics=_topics(data["shared_topics"], ""),
        vague=_phrases(data["vague"]),
        vague_subjects=_phrases(data["subjects_vague"]),
        background=_phrases(data["background"]),
        priority=_table(data["priority"]),
        sentiment=_table(data["sentiment"]),
        replies=_table(data["replies"]),
        frame=_table({key: frame[key] for key in frame if isinstance(frame[key], str) and key != "forward"}),
        labels=frame["labels"],
        outlook=tuple(frame["outlook"]),
        forward=frame["forward"],
        auto_reply=_table(data["auto_reply"]),
        bounce=_table(data["bounce"]),
        newsletter=_table({key: newsletter[key] for key in newsletter if key != "topics"}),
        newsletter_topics=newsletter["topics"],
        near_kind=_table(data["near_kind"]),
        cities=_names(data["cities"]),
        months=_names(data["months"]),
        weekdays=_names(data["weekdays"]),
        mentions=_phrases(data["mentions"]),
        letters=tuple(parse(letter.strip("\n")) for letter in data["letters"]),
        streets=_names(data["streets"]) if "streets" in data else (),
        jobs=tuple(data.get("jobs", ())),
    )


def _topics(entries: list[dict[str, Any]], department: str) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            labels=_weighted(entry.get("labels", {department: 1})),
            subject=_phrases(entry["subject"]),
            say=_phrases(entry["say"]),
            ask=_phrases(entry["ask"]),
        )
        for entry in entries
    )


def _weighted(weights: dict[str, int]) -> tuple[str, ...]:
    return tuple(label for label, weight in weights.items() for _ in range(weight))


def _table(sources: dict[str, str]) -> dict[str, Phrases]:
    return {name: _phrases(source) for name, source in sources.items()}


def _phrases(source: str) -> Phrases:
    return tuple(parse(line) for line in source.splitlines() if line.strip())


def _names(source: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in source.split(","))
