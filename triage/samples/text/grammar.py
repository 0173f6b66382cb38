"""Phrases with choices and slots, such as `{Could|Can} you check invoice [invoice]?`, compiled for speed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from triage.samples.text.draft import Draft

TOKEN = re.compile(r"[{|}]|\[[a-z_]+\]|[^{|}\[]+|\[")


class Filler(Protocol):
    """Where choices come from and what slots are filled with."""

    random: Callable[[], float]

    def fill(self, slot: str, draft: Draft) -> None: ...


class Phrase(Protocol):
    """Anything that can be written."""

    def write(self, scene: Filler, draft: Draft) -> None: ...


class Words:
    """Fixed text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def write(self, scene: Filler, draft: Draft) -> None:
        draft.add(self.text)


class Slot:
    """A value from the scene."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, scene: Filler, draft: Draft) -> None:
        scene.fill(self.name, draft)


class WordChoice:
    """One of several fixed texts: the frequent case, kept fast."""

    __slots__ = ("texts", "count")

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts
        self.count = len(texts)

    def write(self, scene: Filler, draft: Draft) -> None:
        draft.add(self.texts[int(scene.random() * self.count)])


class Choice:
    """One of several phrases."""

    __slots__ = ("options", "count")

    def __init__(self, options: tuple[Phrase, ...]) -> None:
        self.options = options
        self.count = len(options)

    def write(self, scene: Filler, draft: Draft) -> None:
        self.options[int(scene.random() * self.count)].write(scene, draft)


class Sequence:
    """Phrases one behind another."""

    __slots__ = ("phrases",)

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        self.phrases = phrases

    def write(self, scene: Filler, draft: Draft) -> None:
        for phrase in self.phrases:
            phrase.write(scene, draft)


def parse(source: str) -> Phrase:
    """Compile one phrase.

    Raises:
        ValueError: braces that do not match.
    """
    tokens = TOKEN.findall(source)
    phrase, position = _options(tokens, 0)
    if position != len(tokens):
        raise ValueError(f"a phrase has an unmatched brace: {source}")
    return phrase


def _options(tokens: list[str], position: int) -> tuple[Phrase, int]:
    options: list[Phrase] = []
    while True:
        option, position = _sequence(tokens, position)
        options.append(option)
        if position >= len(tokens) or tokens[position] == "}":
            return _choice(options), position
        position += 1


def _sequence(tokens: list[str], position: int) -> tuple[Phrase, int]:
    parts: list[Phrase] = []
    while position < len(tokens) and tokens[position] not in "|}":
        token = tokens[position]
        if token == "{":
            inner, position = _options(tokens, position + 1)
            if position >= len(tokens):
                raise ValueError("a phrase has an unmatched brace")
            parts += _spaced(parts, inner)
        else:
            parts.append(Slot(token[1:-1]) if token[0] == "[" and len(token) > 1 else Words(token))
        position += 1
    return (parts[0] if len(parts) == 1 else Sequence(tuple(parts)) if parts else Words("")), position


def _spaced(before: list[Phrase], choice: Phrase) -> list[Phrase]:
    """A choice that may be left out takes the space before it along."""
    options = choice.texts if isinstance(choice, WordChoice) else getattr(choice, "options", ())
    optional = any(option == "" or (isinstance(option, Words) and not option.text) for option in options)
    if not optional or not before or not isinstance(before[-1], Words) or not before[-1].text.endswith(" "):
        return [choice]
    before[-1] = Words(before[-1].text[:-1])
    return [_choice([_behind_space(option) for option in options])]


def _behind_space(option: Phrase | str) -> Phrase:
    phrase = Words(option) if isinstance(option, str) else option
    if isinstance(phrase, Words):
        return Words(" " + phrase.text) if phrase.text else phrase
    return Sequence((Words(" "), phrase))


def _choice(options: list[Phrase]) -> Phrase:
    if len(options) == 1:
        return options[0]
    texts = [option.text for option in options if isinstance(option, Words)]
    return WordChoice(tuple(texts)) if len(texts) == len(options) else Choice(tuple(options))
