"""The schema of conf/routing.yaml, and its faults with place and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from triage.errors import ConfigError
from triage.routing.conditions import nearest
from triage.yaml_file import read_yaml

DEFAULT = "default"
MAX_HOURS = 24 * 366

Hours = Annotated[float, Field(gt=0, le=MAX_HOURS)]


class Part(BaseModel):
    """A part of the rule file: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Outcome(Part):
    """Where a mail goes."""

    queue: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """The queue's name."""

    priority: str | None = None
    """A label of the head `priority`; without it the label that the head gave."""

    due_hours: Hours | dict[str, Hours | None] | None = None
    """Hours to answer: one number, or one for each priority, `abstained` and `otherwise`; none where nothing is due."""

    reason: str | None = Field(None, min_length=1, max_length=200)
    """The reason in words; by default the conditions."""


class RuleEntry(Outcome):
    """One rule as the file gives it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """A unique name."""

    when: dict[str, Any] = Field(min_length=1)
    """Attribute → its condition; all must hold."""


class RuleFile(Part):
    """The rule file."""

    default: Outcome
    """The queue of mails that no rule matches."""

    rules: tuple[RuleEntry, ...] = ()
    """First match wins."""


def read_rule_file(file: Path) -> RuleFile:
    """The rule file, validated against its schema. Raises ConfigError naming the file, the rule and the remedy."""
    content = read_yaml(file, "rule file", "Set routing.rules to a readable YAML file with rules.")
    try:
        return RuleFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place, rest = _place(content, first["loc"])
        what, remedy = _explain(first["type"], first["msg"], place, rest)
        where = f"{file}, {place}" if place else str(file)
        raise ConfigError(what, where=where, remedy=remedy) from None


def _place(content: Any, location: Sequence[str | int]) -> tuple[str, Sequence[str | int]]:
    """The rule with the fault, by name where it has one, and the path below it."""
    if location[:1] == (DEFAULT,) and len(location) > 1:
        return f"rule {DEFAULT}", location[1:]
    if len(location) > 1 and location[0] == "rules":
        entry = content["rules"][location[1]]
        name = entry.get("name") if isinstance(entry, Mapping) else None
        return f"rule {name or f'number {int(location[1]) + 1}'}", location[2:]
    return "", location


def _explain(kind: str, message: str, place: str, path: Sequence[str | int]) -> tuple[str, str]:
    key = str(path[0]) if path else "the file"
    shape = RuleFile if not place else Outcome if place.endswith(f" {DEFAULT}") else RuleEntry
    if kind == "extra_forbidden":
        return f"There is no key {key!r}.", nearest(key, shape.model_fields)
    if kind == "missing":
        return f"The key {key!r} is missing.", f"{key}: {shape.model_fields[key].description}"
    if key == "due_hours":
        remedy = f"Give a number of hours, above 0 and at most {MAX_HOURS}, or one for each priority."
        return "due_hours is not a time to answer.", remedy
    if not path:
        return "A mapping was expected here.", "The file holds `default` and the list `rules` of mappings."
    return f"{key} is wrong: {message}.", "Correct it and start again."
