"""The terms that a model draws from a mail, as `triage.labelling.features.terms` draws them in the JVM.

The same expressions for one mail in Python: a page, or who asks why, cannot wait for Spark. A test compares what they
give with Spark's own result, mail by mail.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import regex

from triage.labelling.features import terms as of_spark
from triage.labelling.features import text_fields
from triage.labelling.features.text_fields import TextField


class Mail(Protocol):
    """What is read of a mail; `facts` are those of silver/mail."""

    @property
    def subject(self) -> str: ...

    @property
    def body(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, object]: ...


SUPPORTED: frozenset[TextField] = frozenset({"subject", "body", "newest", "facts"})
"""Fields of a mail whose text is drawn here."""

_PSEUDONYM = regex.compile(of_spark._PSEUDONYM)  # noqa: SLF001 - the one expression, so that it cannot differ
_BREAK = regex.compile(of_spark._WRITTEN_BREAK)  # noqa: SLF001
# Java ignores the case of ASCII letters alone, and knows ASCII blanks alone
_QUOTED_REST = regex.compile(text_fields._QUOTED_REST, regex.ASCII)  # noqa: SLF001
_QUOTED_LINES = regex.compile(text_fields._QUOTED_LINES)  # noqa: SLF001
_BETWEEN = regex.compile(of_spark.NOT_A_WORD)
_SUBJECT_WORD = regex.compile(r"[\p{L}\p{N}=]+")


def words_of(mail: Mail, fields: Sequence[TextField]) -> list[str]:
    """Facts, words of the subject marked and plain, words of the body, in the order of the model's text."""
    plain = [_cleaned(mail.subject)] if "subject" in fields else []
    marked = [_SUBJECT_WORD.sub(r"subject=\g<0>", text) for text in plain]
    facts = list(_facts(mail.facts)) if "facts" in fields else []
    text = " ".join((*facts, *marked, *plain, *(_cleaned(body) for body in _bodies(mail.body, fields))))
    return [word for word in _BETWEEN.split(text.lower()) if len(word) >= 2]


def terms_of(block: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """The terms of a block, each with the words that it stands for."""
    return {"words": _word_terms, "pairs": _pair_terms, "grams": _gram_terms}[block](words)


def _word_terms(words: Sequence[str]) -> list[tuple[str, str]]:
    ordered = sorted(words[: of_spark.WORDS])
    most = of_spark.MOST_OF_A_TERM
    return [(word, word) for at, word in enumerate(ordered) if at < most or word != ordered[at - most]]


def _pair_terms(words: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"{a} {b}", f"{a} {b}") for a, b in itertools.pairwise(words)]


def _gram_terms(words: Sequence[str]) -> list[tuple[str, str]]:
    """Four characters of one word, a blank at its bounds counted; Java counts UTF-16 units, and so does nothing here.

    A word of characters outside the Basic Multilingual Plane, such as emoji, is no word of letters and digits anyway.
    """
    plain = list(dict.fromkeys(word for word in words if "=" not in word))[: of_spark.GRAM_WORDS]
    padded = ((f" {word} ", word) for word in plain)
    return [(text[at : at + 4], word) for text, word in padded for at in range(len(text) - 3)]


def _facts(facts: Mapping[str, object]) -> Iterator[str]:
    yield from (f"fact={flag}" for flag in of_spark.FLAGS if facts.get(flag))
    if facts.get("attachments"):
        yield "fact=attachments"
    if facts.get("importance") is not None:
        yield f"fact=importance={facts['importance']}"
    if facts.get("language") is not None:
        yield f"fact=language={facts['language']}"


def _bodies(body: str, fields: Sequence[TextField]) -> list[str]:
    head = body[: of_spark.BODY_CHARS]
    if "newest" in fields:
        newest = _QUOTED_LINES.sub("", _QUOTED_REST.sub("\n", f"\n{head}"))
        return [newest if re.search(r"\S", newest, re.ASCII) else head]
    return [head] if "body" in fields else []


def _cleaned(text: str) -> str:
    return _PSEUDONYM.sub(r" entity=\1 ", _BREAK.sub(" ", text.replace("=", " ")))
