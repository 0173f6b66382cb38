"""Signs: rules on the facts of a mail that decide a head before any model is asked; the first match decides.

A sign is an entry of a head in the taxonomy:

    signs:
      - {name: delivery_report, when: {bounce: true}, label: bounce}

`when` is the condition language of conf/routing.yaml over the facts of silver/mail, and two facts of the text:
`deadline` (today, days, week, later) and `urgency` (urgent, calm).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any, Protocol, Self

from pydantic import Field, model_validator
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.config import Section
from triage.labelling.features.deadlines import DEADLINES, URGENCIES, deadline, urgency
from triage.routing.attributes import FACTS, Attribute, Kind
from triage.routing.columns import fact_columns, matches
from triage.routing.conditions import Condition, RuleFault, nearest, read_condition

MODEL = "model"
"""What decides where no sign does, as gold/labels says it; so no sign may be called so."""

_ATTRIBUTES = {
    attribute.name: attribute
    for attribute in (
        *FACTS,
        Attribute("deadline", Kind.SYMBOL, values=DEADLINES),
        Attribute("urgency", Kind.SYMBOL, values=URGENCIES),
    )
}
_OF_TEXT = {"deadline": deadline, "urgency": urgency}
TEXT_FACTS = frozenset(_OF_TEXT)
"""Facts that are read from a mail's text, by Spark's expressions."""


class Sign(Section):
    """A rule that decides a head."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    """What gold/labels gives as the one who decided."""

    when: Mapping[str, Any] = Field(min_length=1)
    """Conditions on the mail's facts, all of which must hold."""

    label: str
    """The head's label that it gives."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.name == MODEL:
            raise ValueError(f"a sign cannot be called {MODEL}")
        try:
            _ = self.conditions
        except RuleFault as fault:
            raise ValueError(f"sign {self.name}: {fault.what} {fault.remedy}") from None
        return self

    @cached_property
    def conditions(self) -> list[Condition]:
        """`when`, read once. Raises RuleFault."""
        return [_condition(name, given) for name, given in self.when.items()]


class SignedHead(Protocol):
    """What is needed of a head of the taxonomy."""

    @property
    def name(self) -> str: ...

    @property
    def signs(self) -> Sequence[Sign]: ...


def check_signs(head: str, labels: Sequence[str], signs: Sequence[Sign]) -> None:
    """Raises ValueError for a sign that stands twice or gives a label that the head has not."""
    names = [sign.name for sign in signs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"head {head} has the sign {twice} twice")
    for sign in signs:
        if sign.label not in labels:
            remedy = nearest(sign.label, labels)
            raise ValueError(f"sign {sign.name} of head {head} gives an unknown label. {remedy}")


def sign_column(head: str) -> str:
    """Name of the column that `with_signs` adds for a head."""
    return f"sign_{head}"


def with_signs(mail: DataFrame, heads: Sequence[SignedHead]) -> DataFrame:
    """`mail` and, for each head that has signs, sign_<head>: struct<name, label>, null where no sign decides.

    `mail` has some of silver's columns; a condition on one that it lacks does not hold.
    """
    signed = [head for head in heads if head.signs]
    signs = [sign for head in signed for sign in head.signs]
    cheap = _facts([c for sign in signs for c in sign.conditions if not _reads_text(c)], mail.columns)
    dear = _facts([c for sign in signs for c in sign.conditions if _reads_text(c)], mail.columns)
    names = {fact: f"sign_fact_{number}" for number, fact in enumerate([*cheap, *dear])}
    found = mail.select("*", *(column.alias(names[fact]) for fact, column in cheap.items()))
    # texts are read only where all else that a sign asks for holds
    asked = reduce(or_, [_worth_reading(sign, names) for sign in signs], f.lit(False))
    texts = [name for name in ("subject", "body") if name in mail.columns]
    masked = found.withColumns({f"whole_{name}": f.col(name) for name in texts})
    masked = masked.withColumns({name: f.when(asked, f.col(name)) for name in texts})
    read = masked.select("*", *(column.alias(names[fact]) for fact, column in dear.items()))
    decided = (_first(head.signs, names).alias(sign_column(head.name)) for head in signed)
    whole = (f.col(f"whole_{name}" if name in texts else name).alias(name) for name in mail.columns)
    return read.select(*whole, *decided)


def _reads_text(condition: Condition) -> bool:
    return condition.attribute.kind is Kind.WORDS or condition.attribute.name in _OF_TEXT


def _worth_reading(sign: Sign, names: Mapping[str, str]) -> Column:
    others = [condition for condition in sign.conditions if not _reads_text(condition)]
    return matches(others, names) if len(others) < len(sign.conditions) else f.lit(False)


def _condition(name: str, given: Any) -> Condition:
    if name not in _ATTRIBUTES:
        raise RuleFault(f"there is no fact {name}.", nearest(name, _ATTRIBUTES))
    return read_condition(_ATTRIBUTES[name], given)


def _facts(conditions: Sequence[Condition], columns: Sequence[str]) -> dict[str, Column]:
    facts: dict[str, Column] = {}
    for condition in conditions:
        attribute = condition.attribute
        if attribute.name in _OF_TEXT:
            known = "body" in columns
            facts[attribute.name] = _OF_TEXT[attribute.name](columns) if known else _unknown("string")
            continue
        known = set(attribute.fields or (attribute.name,)) <= set(columns)
        facts |= fact_columns([condition]) if known else _unknowns(condition)
    return facts


def _unknowns(condition: Condition) -> dict[str, Column]:
    kind = condition.attribute.kind
    types = {
        Kind.FLAG: "boolean",
        Kind.WORDS: "boolean",
        Kind.NUMBER: "double",
        Kind.MEMBERS: "array<string>",
    }
    return {fact: _unknown(types.get(kind, "string")) for fact in fact_columns([condition])}


def _unknown(kind: str) -> Column:
    return f.lit(None).cast(kind)


def _first(signs: Sequence[Sign], names: Mapping[str, str]) -> Column:
    chain: Column | None = None
    for sign in signs:
        met = matches(sign.conditions, names)
        outcome = f.struct(f.lit(sign.name).alias("name"), f.lit(sign.label).alias("label"))
        chain = f.when(met, outcome) if chain is None else chain.when(met, outcome)
    assert chain is not None
    return chain
