"""The schema of conf/alerts.yaml, and its faults with place and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from triage.config.monitoring import YEAR_HOURS
from triage.errors import ConfigError
from triage.monitoring.alerts.alert import Severity
from triage.routing.conditions import nearest
from triage.yaml_file import read_yaml

_NAME = r"^[a-z][a-z0-9_]*$"
_PARTS = "The file holds the lists `rules`, `silences` and `sinks` of mappings."
_NOUNS = {"rules": "rule", "silences": "silence", "sinks": "sink"}


class Part(BaseModel):
    """A part of the file: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


class Cost(Part):
    """The expected cost of ignoring an alert for a day, in the unit of `monitoring.value`."""

    a_day: float = Field(0.0, ge=0, le=1e9)
    """What it costs however many mails are concerned."""

    per_mail: float = Field(0.0, ge=0, le=1e9)
    """What it costs for each mail behind the measurement."""

    def of(self, mails: int) -> float:
        """The cost with so many mails."""
        return self.a_day + self.per_mail * mails


class RuleEntry(Part):
    """One rule as the file gives it."""

    name: str = Field(pattern=_NAME)
    """A unique name."""

    metric: str | tuple[str, ...]
    """One registered metric or several; `drift` takes every `drift.<feature>`."""

    by: str | tuple[str, ...] = "run"
    """Kinds of slices: `run` is all mails."""

    when: dict[str, Any] = Field(min_length=1)
    """Figure → its condition; all must hold."""

    critical_when: dict[str, Any] = Field(default_factory=dict)
    """Figure → its condition; where all hold, too, the alert is critical."""

    severity: Severity
    """info, warning or critical."""

    owner: str = Field(min_length=1, max_length=60)
    """The role or team that looks after it."""

    runbook: str | None = None
    """A page below the project's folder, or an https address; docs/runbook/<name>.md without it."""

    cost: Cost
    """What ignoring it costs."""

    folds: tuple[str, ...] = ()
    """Rules whose alerts this one explains."""

    resolve_hours: float = Field(0.0, ge=0, le=YEAR_HOURS)
    """Hours for which the conditions must not hold before the alert is resolved, so that a figure near its limit does
    not raise it again and again."""

    resolved_when: dict[str, Any] = Field(default_factory=dict)
    """Figure → its condition; until all hold, a raised alert stays open, also where `when` holds no more."""

    sentence: str = Field(min_length=1, max_length=300)
    """What happened, in words, with {value} and others put in."""


class Silence(Part):
    """Alerts of one rule that are not sent for a while."""

    rule: str
    """The rule."""

    slice: str | None = None
    """One slice only; all without it."""

    until: date
    """The last silent day, in UTC."""

    reason: str = Field(min_length=1, max_length=200)
    """Why, for those who find it later."""

    def days_over(self, now: datetime) -> int:
        """Days from the last silent one to an aware time, in UTC: above 0 once it has ended."""
        return (now.astimezone(UTC).date() - self.until).days

    def covers(self, rule: str, slice_: str) -> bool:
        """Whether it is about this alert."""
        return rule == self.rule and self.slice in (None, slice_)


class RuleFile(Part):
    """The file with alert rules, silences and sinks."""

    rules: tuple[RuleEntry, ...] = ()
    """In any order."""

    silences: tuple[Silence, ...] = ()
    """What is known and not to be sent."""

    sinks: tuple[dict[str, Any], ...] = ({"kind": "stdout"},)
    """Where alerts are sent: each has a `kind` (triage/monitoring/alerts/sinks)."""


_SHAPES: Mapping[str, type[BaseModel]] = {"rule": RuleEntry, "silence": Silence}


def read_rule_file(file: Path) -> RuleFile:
    """The file, validated against its schema. Raises ConfigError naming the file, the rule and the remedy."""
    content = _yaml_of(file)
    try:
        return RuleFile.model_validate(content)
    except ValidationError as error:
        raise fault_of(error, content, file, RuleFile) from None


def read_content(file: Path) -> Mapping[str, Any]:
    """The file as it is, before its parts are validated. Raises ConfigError where it is unreadable or no mapping."""
    content = _yaml_of(file)
    if not isinstance(content, Mapping):
        raise ConfigError("A mapping was expected here.", where=str(file), remedy=_PARTS)
    return content


def _yaml_of(file: Path) -> Any:
    return read_yaml(file, "alert file", "Set alerts.rules to a readable YAML file with alert rules.")


def fault_of(error: ValidationError, content: Any, file: Path, shape: type[BaseModel], place: str = "") -> ConfigError:
    """The first fault of a validation, with file, entry and remedy, and without the value that was given."""
    first = error.errors(include_input=False, include_url=False)[0]
    path: Sequence[str | int] = first["loc"]
    if not place and len(path) > 1 and path[0] in _NOUNS:
        place, path = place_of(content, str(path[0]), int(path[1])), path[2:]
        shape = _SHAPES.get(place.partition(" ")[0], shape)
    what, remedy = _explain(first["type"], first["msg"], path, shape)
    return ConfigError(what, where=f"{file}, {place}" if place else str(file), remedy=remedy)


def place_of(content: Any, part: str, index: int) -> str:
    """The entry with the fault, by name where it has one."""
    entry = content[part][index]
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return f"{_NOUNS[part]} {name or f'number {index + 1}'}"


def _explain(kind: str, message: str, path: Sequence[str | int], shape: type[BaseModel]) -> tuple[str, str]:
    key = ".".join(map(str, path)) or "the file"
    known = Cost.model_fields if path[:1] == ("cost",) and len(path) > 1 else shape.model_fields
    name = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        return f"There is no key {key!r}.", nearest(name, known)
    if kind == "missing" and name in known:
        return f"The key {key!r} is missing.", f"{name}: {known[name].description}"
    if kind == "value_error" and not path:
        return f"Keys do not fit together: {message.removeprefix('Value error, ')}.", "Correct them and start again."
    if not path:
        return "A mapping was expected here.", _PARTS
    return f"{key} is wrong: {message}.", "Correct it and start again."
