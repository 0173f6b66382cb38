"""The phrases of plain mails under `phrases/plain/`, one YAML file a language, compiled once.

    frames:      sentences around [matter], a matter of any department
    matters:     department → its matters: words and short noun phrases, with commas between
    statements:  department (or `spam`) → what people write about, a sentence or two a line

A line may begin with the labels that it states, of the heads priority and sentiment, such as `(low positive)`; a head
that it does not name is normal or neutral. `{a|b}` chooses and `[slot]` is filled, as in the other phrases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

from triage.samples.model import HEADS
from triage.samples.text.grammar import Phrase, parse

SPAM = "spam"
"""Beside the departments, what no department has asked for."""

STATED_HEADS = ("priority", "sentiment")
_STATED = re.compile(r"^\(([a-z ]+)\)\s+")
_HEAD_OF = {label: head for head in STATED_HEADS for label in HEADS[head]}


@dataclass(frozen=True, slots=True)
class Statement:
    """A line, and the labels that it states (head → label)."""

    phrase: Phrase
    stated: dict[str, str]
    source: str
    """The line as the file has it; it decides on which side of the split its mails are."""


@dataclass(frozen=True, slots=True)
class PlainPhrases:
    """All phrases of plain mails in a language."""

    frames: tuple[Statement, ...]
    matters: dict[str, tuple[str, ...]]
    statements: dict[str, tuple[Statement, ...]]


@lru_cache
def plain_phrases(language: str) -> PlainPhrases:
    """The compiled phrases of a language. Raises ValueError for a line that states an unknown label."""
    source = resources.files("triage.samples").joinpath("phrases", "plain", f"{language}.yaml")
    data = yaml.safe_load(source.read_text("utf-8"))
    return PlainPhrases(
        frames=_statements(data["frames"]),
        matters={name: _names(text) for name, text in data["matters"].items()},
        statements={name: _statements(text) for name, text in data["statements"].items()},
    )


def _names(source: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in source.split(",")) if name)


def _statements(source: str) -> tuple[Statement, ...]:
    return tuple(_statement(line.strip()) for line in source.splitlines() if line.strip())


def _statement(line: str) -> Statement:
    match = _STATED.match(line)
    labels = match.group(1).split() if match else []
    unknown = [label for label in labels if label not in _HEAD_OF]
    if unknown:
        raise ValueError(f"a line states the label {unknown[0]}, which is none of {', '.join(_HEAD_OF)}")
    return Statement(parse(line[match.end() :] if match else line), {_HEAD_OF[one]: one for one in labels}, line)
