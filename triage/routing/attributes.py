"""What a rule may ask of a mail: one entry an attribute, with the values that it can take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

ABSTAINED = "abstained"
"""How a rule names the mails for which a head gave no label."""

YES, NO = "true", "false"


class Kind(Enum):
    """How an attribute is compared."""

    LABEL = "label"
    """One label of a head, or abstained."""

    FLAG = "flag"
    """True or false."""

    NUMBER = "number"
    """A number within bounds."""

    SYMBOL = "symbol"
    """One value of an open set, such as a language."""

    MEMBERS = "members"
    """A set of codes."""

    WORDS = "words"
    """Whole words or phrases in a text, in any case."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that a rule may ask about.

    `values` are the possible ones of a label (empty: open); `low` and `high` bound a number,
    `whole` says that it has no fraction, `nullable` that a mail may be without it.
    `fields` are the texts that words are looked for in, `pattern` what an open value looks like.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    low: float = 0.0
    high: float = float("inf")
    whole: bool = False
    nullable: bool = False
    fields: tuple[str, ...] = ()
    pattern: str = ""


FACTS: tuple[Attribute, ...] = (
    Attribute("language", Kind.SYMBOL, pattern="[a-z]{2}|und"),
    Attribute("auto_submitted", Kind.FLAG),
    Attribute("bulk", Kind.FLAG),
    Attribute("list_mail", Kind.FLAG),
    Attribute("bounce", Kind.FLAG),
    Attribute("reply", Kind.FLAG),
    Attribute("has_html", Kind.FLAG),
    Attribute("importance", Kind.NUMBER, low=1, high=5, whole=True, nullable=True),
    Attribute("size_bytes", Kind.NUMBER, whole=True),
    Attribute("body_chars", Kind.NUMBER, whole=True),
    Attribute("attachments", Kind.NUMBER, whole=True),
    Attribute("marks", Kind.MEMBERS, pattern="[A-Z][A-Z0-9_]*"),
    Attribute("subject_words", Kind.WORDS, fields=("subject",)),
    Attribute("body_words", Kind.WORDS, fields=("body",)),
    Attribute("words", Kind.WORDS, fields=("subject", "body")),
)
"""The facts of silver/mail that a rule may ask about."""

SCORE = "_score"


def attributes(heads: Mapping[str, Sequence[str]]) -> dict[str, Attribute]:
    """All attributes by name: each head, its score, and the facts of a mail."""
    labels = [Attribute(h, Kind.LABEL, values=(*names, ABSTAINED)) for h, names in heads.items()]
    scores = [Attribute(h + SCORE, Kind.NUMBER, low=0, high=1) for h in heads]
    return {a.name: a for a in (*FACTS, *labels, *scores)}
