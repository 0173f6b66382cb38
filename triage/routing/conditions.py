"""One condition of a rule: parsed from the rule file, validated against its attribute, and described in words."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from triage.routing.attributes import NO, YES, Attribute, Kind

_SET_OPERATORS = ("any_of", "all_of", "none_of")
_NUMBER_OPERATORS = ("min", "max")


class RuleFault(ValueError):
    """A fault in a condition or rule, with its remedy; becomes a ConfigError with file and rule."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Condition:
    """The values that one attribute must have. A number or time lies in [minimum, maximum]; the sets name values."""

    attribute: Attribute
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    minimum: float = field(default=-math.inf)
    maximum: float = field(default=math.inf)
    words: str = ""
    """The condition in words, where they cannot be made of its values."""

    @property
    def named(self) -> tuple[str, ...]:
        """All values that the condition names."""
        return tuple(dict.fromkeys((*self.any_of, *self.all_of, *self.none_of)))

    def admitted(self) -> frozenset[str] | None:
        """The values that an attribute of one value may have; None where it may have any but `none_of`."""
        named = set(self.any_of or self.all_of)
        if self.all_of:
            named &= set(self.all_of)
        return frozenset(named - set(self.none_of)) if named else None

    def in_words(self) -> str:
        """The condition as a sentence, made of words of the rule file only."""
        name = self.attribute.name.replace("_", " ")
        if self.words:
            return self.words
        if self.attribute.kind is Kind.NUMBER:
            return f"{name} {_range_in_words(self.minimum, self.maximum)}"
        many = self.attribute.kind in (Kind.MEMBERS, Kind.WORDS)
        parts = [
            f"{'contain' if many else 'is'} {' or '.join(self.any_of)}" if self.any_of else "",
            f"{'contain' if many else 'is'} {' and '.join(self.all_of)}" if self.all_of else "",
            f"{'contain no' if many else 'is not'} {' or '.join(self.none_of)}" if self.none_of else "",
        ]
        return f"{name} {' and '.join(part for part in parts if part)}"


def read_condition(attribute: Attribute, given: Any) -> Condition:
    """The condition of the rule file on an attribute. Raises RuleFault where it is not valid."""
    if attribute.kind is Kind.NUMBER:
        return _read_number(attribute, given)
    operators = given if isinstance(given, dict) else {"any_of": given}
    _validate_operators(attribute, operators, _SET_OPERATORS)
    any_of, all_of, none_of = (
        _values(attribute, operators[name]) if name in operators else () for name in _SET_OPERATORS
    )
    condition = Condition(attribute, any_of, all_of, none_of)
    _validate_consistent(condition)
    return condition


def nearest(word: object, known: Iterable[str]) -> str:
    """A remedy with the known name nearest to `word`, or with all known names."""
    names = list(known)
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(names)}."


def _validate_operators(attribute: Attribute, operators: dict[Any, Any], allowed: tuple[str, ...]) -> None:
    if not operators:
        raise RuleFault(f"The condition on {attribute.name} is empty.", f"Give one of {', '.join(allowed)}.")
    for operator in operators:
        if operator not in allowed:
            what = f"The condition on {attribute.name} has no operator {operator!r}."
            raise RuleFault(what, nearest(operator, allowed))


def _read_number(attribute: Attribute, given: Any) -> Condition:
    if not isinstance(given, dict):
        given = {"min": given, "max": given}
    _validate_operators(attribute, given, _NUMBER_OPERATORS)
    for value in given.values():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            what = f"The condition on {attribute.name} needs numbers."
            raise RuleFault(what, f"Write {attribute.name}: {{min: …, max: …}}, bounds included.")
    low, high = given.get("min", -math.inf), given.get("max", math.inf)
    _validate_range(attribute, max(low, attribute.low), min(high, attribute.high))
    return Condition(attribute, minimum=low, maximum=high)


def _validate_range(attribute: Attribute, low: float, high: float) -> None:
    empty = math.ceil(low) > high if attribute.whole else low > high
    if empty:
        whole = "whole numbers " if attribute.whole else ""
        raise RuleFault(
            f"No {attribute.name} can meet its min and max.",
            f"Possible are {whole}{_range_in_words(attribute.low, attribute.high)}, and min must not exceed max.",
        )


def _values(attribute: Attribute, given: Any) -> tuple[str, ...]:
    many = given if isinstance(given, list | tuple) else [given]
    if not many:
        raise RuleFault(f"A list of {attribute.name} is empty.", "Name a value, or remove the condition.")
    return tuple(dict.fromkeys(_value(attribute, value) for value in many))


def _value(attribute: Attribute, value: Any) -> str:
    if attribute.kind is Kind.FLAG:
        if not isinstance(value, bool):
            raise RuleFault(f"The condition on {attribute.name} is not true or false.", "Write true or false.")
        return YES if value else NO
    if not isinstance(value, str) or not value.strip():
        remedy = f'Write the value in quotes: {attribute.name}: "no" (bare no, yes, on and off mean true or false).'
        raise RuleFault(f"A value of {attribute.name} is not a text.", remedy)
    if attribute.values and value not in attribute.values:
        raise RuleFault(f"{attribute.name} has no label {value!r}.", nearest(value, attribute.values))
    if attribute.pattern and not re.fullmatch(attribute.pattern, value):
        raise RuleFault(f"{attribute.name} cannot be {value!r}.", f"Its values look like {attribute.pattern}.")
    return " ".join(value.casefold().split()) if attribute.kind is Kind.WORDS else value


def _validate_consistent(condition: Condition) -> None:
    attribute = condition.attribute
    both = sorted(set(condition.all_of) & set(condition.none_of))
    single = attribute.kind not in (Kind.MEMBERS, Kind.WORDS)
    if single and len(condition.all_of) > 1:
        what = f"{attribute.name} cannot be {' and '.join(condition.all_of)} at once."
        raise RuleFault(what, "A mail has one: use any_of.")
    if single and condition.any_of and condition.all_of and not set(condition.any_of) & set(condition.all_of):
        raise RuleFault(f"{attribute.name}: any_of and all_of share no value.", "Keep one of them.")
    if both:
        raise RuleFault(f"{attribute.name} must and must not be {both[0]}.", "Take it out of all_of or none_of.")
    if condition.any_of and set(condition.any_of) <= set(condition.none_of):
        raise RuleFault(f"{attribute.name}: none_of takes away all of any_of.", "Take a value out of none_of.")


def _range_in_words(low: float, high: float) -> str:
    if low == high:
        return f"is {low:g}"
    if math.isinf(high):
        return f"is {low:g} or more"
    return f"is {high:g} or less" if math.isinf(low) else f"lies from {low:g} to {high:g}"
