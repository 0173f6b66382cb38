"""The conditions of alert rules: routing's language over the figures of a measurement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from triage.monitoring.measurement import Measurement
from triage.routing.attributes import Attribute, Kind
from triage.routing.conditions import Condition

_NUMBERS = ("value", "low", "high", "usual", "ratio", "ratio_low", "ratio_high", "change", "change_low", "change_high")

ATTRIBUTES: Mapping[str, Attribute] = {
    **{name: Attribute(name, Kind.NUMBER, low=-math.inf, nullable=True) for name in _NUMBERS},
    "mails": Attribute("mails", Kind.NUMBER, whole=True),
    "note": Attribute("note", Kind.SYMBOL),
    "slice": Attribute("slice", Kind.SYMBOL),
}
"""What a condition can test: value and interval of a measurement, the usual value, ratio to it and change from it
(those of the value, and of the interval's bounds), mails, note, slice."""


def figures(measurement: Measurement) -> dict[str, float | None]:
    """The numbers by name; None where one is missing, as every ratio to a usual value of 0 is."""
    usual = _known(measurement.usual)
    parts = {"": measurement.value, "_low": measurement.low, "_high": measurement.high}
    found: dict[str, float | None] = {"usual": usual, "mails": float(measurement.mails)}
    for suffix, given in parts.items():
        bound = _known(given)
        found[suffix.removeprefix("_") or "value"] = bound
        both = bound is not None and usual is not None
        found[f"ratio{suffix}"] = bound / usual if both and usual else None  # type: ignore[operator]
        found[f"change{suffix}"] = bound - usual if both else None  # type: ignore[operator]
    return found


def hold(conditions: Iterable[Condition], measurement: Measurement) -> bool:
    """Whether all conditions hold. A missing figure meets no condition."""
    numbers = figures(measurement)
    return all(_holds(condition, numbers, measurement) for condition in conditions)


def can_tell(conditions: Iterable[Condition], measurement: Measurement) -> bool:
    """Whether every figure that the conditions test is known, so that one that does not hold says something."""
    numbers = figures(measurement)
    return all(numbers.get(condition.attribute.name, 0.0) is not None for condition in conditions)


def _holds(condition: Condition, numbers: Mapping[str, float | None], measurement: Measurement) -> bool:
    name = condition.attribute.name
    if condition.attribute.kind is Kind.NUMBER:
        number = numbers[name]
        return number is not None and condition.minimum <= number <= condition.maximum
    symbol = measurement.note if name == "note" else measurement.slice
    is_one = not condition.any_of or symbol in condition.any_of
    return is_one and symbol not in condition.none_of and all(symbol == value for value in condition.all_of)


def _known(number: float | None) -> float | None:
    return None if number is None or math.isnan(number) else number
