"""The attributes of a mail that a rule can test, with the values that each can have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

ABSTAINED = "abstained"
"""The value of a head that gave no label, as rules write it."""

YES, NO = "true", "false"


class Kind(Enum):
    """How an attribute is compared."""

    LABEL = "label"
    """One label of a head, or abstained."""

    FLAG = "flag"
    """True or false."""

    NUMBER = "number"
    """A number within bounds."""

    TIME = "time"
    """A moment within bounds, in microseconds since 1970 in UTC."""

    SYMBOL = "symbol"
    """One value of an open set, such as a language."""

    MEMBERS = "members"
    """A set of codes."""

    WORDS = "words"
    """Whole words or phrases in a text, in any case."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a mail that a rule can test.

    `values` are the possible labels (empty: any value); `low` and `high` bound a number, `whole` says that it is an
    integer, `nullable` that a mail may lack it. `fields` are the texts in which words are searched, `pattern` is the
    regular expression of an open value, `tokens` the pseudonyms among which the sender must be.
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
    tokens: frozenset[str] = frozenset()


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
"""The facts of silver/mail that a rule, or a sign of a head, can test."""

VIP = "vip"
"""Whether the sender is among the pseudonyms that the rule file lists."""

_OF_THE_COMPANY = (Attribute(VIP, Kind.FLAG), Attribute("outgoing", Kind.FLAG, nullable=True))
"""The facts that only rules can test, as they depend on what the company says: its VIPs and its domains."""

CARRIED = ("received_at", "sent_at", "language", "outgoing")
"""The facts that a route carries, so that who may read the queues but no mail can ask when and whence it came."""

AUTOMATIC = ("auto_submitted", "bulk", "list_mail", "bounce")
"""The facts of which one says that no person wrote the mail to one other."""

RECEIVED = Attribute("received_at", Kind.TIME, low=float(-(10**17)), whole=True)
"""When a mail arrived; rules test it by `from` and `until`."""

SCORE = "_score"


def attributes(heads: Mapping[str, Sequence[str]], vips: Sequence[str] = ()) -> dict[str, Attribute]:
    """All attributes by name: each head, its score, and the facts of a mail."""
    labels = [Attribute(h, Kind.LABEL, values=(*names, ABSTAINED)) for h, names in heads.items()]
    scores = [Attribute(h + SCORE, Kind.NUMBER, low=0, high=1) for h in heads]
    known = {a.name: a for a in (*FACTS, *_OF_THE_COMPANY, *labels, *scores)}
    return known | {VIP: replace(known[VIP], tokens=frozenset(vips))}
