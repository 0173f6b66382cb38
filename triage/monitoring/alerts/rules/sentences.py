"""The sentence of an alert: the rule's words with the figures of the measurement put in."""

from __future__ import annotations

import re
from string import Formatter

from triage.monitoring.alerts.rules.conditions import figures
from triage.monitoring.measurement import Measurement
from triage.routing.conditions import RuleFault, nearest

FIELDS = ("value", "low", "high", "usual", "ratio", "change", "mails", "slice", "where", "of", "detail")
"""What a sentence may put in. `where` is `all mails` or `mails of queue hr`, `of` is what the metrics are of, such as
the head in `abstention.category`, or `all`, and `detail` what the run itself says, such as the batches that failed."""

_PLAIN = ("ratio", "mails")
_LONGEST = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def validate_sentence(sentence: str) -> None:
    """Raises RuleFault for a sentence that names what a measurement does not have."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        raise RuleFault("A brace in the sentence is not closed.", "Write {value}, or {{ for a brace itself.") from None
    for _, name, form, conversion in parts:
        if name is not None and name not in FIELDS:
            raise RuleFault(f"The sentence has no {{{name}}}.", nearest(name, FIELDS))
        if form or conversion:
            raise RuleFault(f"The sentence gives {{{name}}} a format.", f"Write {{{name}}}: its unit says how.")


def sentence_of(template: str, measurement: Measurement, unit: str, of: str = "", detail: str = "") -> str:
    """The sentence of a measurement whose metric has this unit."""
    numbers = {name: _figure(value, name, unit) for name, value in figures(measurement).items()}
    where = "all mails" if measurement.by == "run" else f"mails of {measurement.by} {printable(measurement.slice)}"
    words = {
        "slice": printable(measurement.slice),
        "where": where,
        "of": _without_control(of) or "all",
        "detail": _without_control(detail),
    }
    if template.startswith("{where}"):
        words["where"] = where[:1].upper() + where[1:]
    return template.format(**numbers, **words).strip()


def _figure(value: float | None, name: str, unit: str) -> str:
    if value is None:
        return "unknown"
    if unit == "share" and name not in _PLAIN and not name.startswith("ratio"):
        return f"{100 * value:.{3 if abs(value) >= 0.01 else 1}g} %"
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def printable(text: str) -> str:
    """Names of slices may come from files and mails, and sinks write lines."""
    clean = _without_control(text)
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def _without_control(text: str) -> str:
    return _CONTROL.sub(" ", text)
