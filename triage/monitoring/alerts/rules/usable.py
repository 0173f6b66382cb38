"""What of an alert file holds: a run goes on without the entries that are wrong, and says which they are.

A rule, silence or sink is left out by itself; of rules that fold each other in a circle, no rule folds another. Where
the file cannot be read at all, or none of its sinks holds, alerts are printed by the run summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from triage.config import Settings
from triage.errors import ConfigError
from triage.monitoring.alerts.rules.load import AlertRules, joined, load_alert_rules, validate_silence, validated
from triage.monitoring.alerts.rules.rule import AlertRule
from triage.monitoring.alerts.rules.rule_file import (
    Part,
    RuleEntry,
    RuleFile,
    Silence,
    fault_of,
    place_of,
    read_content,
)
from triage.monitoring.alerts.sinks import Sink, read_sinks

_Part = TypeVar("_Part", bound=Part)


def usable_alert_rules(settings: Settings) -> AlertRules:
    """As `load_alert_rules`, without what is wrong: `refused` says what, in the same sentences. Raises nothing."""
    try:
        return load_alert_rules(settings)
    except ConfigError as fault:
        first = str(fault)
    except Exception as fault:  # noqa: BLE001 - what only informs must not fail a run
        first = f"The alert file could not be understood ({type(fault).__name__}). [{settings.alerts.rules}]"
    reader = _Reader(Path(settings.alerts.rules))
    try:
        return reader.rules(settings)
    except Exception:  # noqa: BLE001 - as above
        nothing = RuleFile()
        return joined(settings, nothing, {}, read_sinks(nothing.sinks, Path()), (first,))


class _Reader:
    """Reads a file entry by entry, and keeps a sentence for each fault."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._content: Mapping[str, Any] = {}
        self._refused: list[str] = []

    def rules(self, settings: Settings) -> AlertRules:
        """What holds. Raises ConfigError for a file that is no mapping."""
        self._content = read_content(self._file)
        self._validate_keys()
        entries = self._parts("rules", RuleEntry)
        rules = self._rules(entries)
        file = RuleFile(
            rules=tuple(entry for entry in entries if entry.name in rules),
            silences=tuple(self._silences(rules)),
        )
        return self._joined(settings, file, rules, self._sinks())

    def _joined(
        self, settings: Settings, file: RuleFile, rules: Mapping[str, AlertRule], sinks: tuple[Sink, ...]
    ) -> AlertRules:
        try:
            return joined(settings, file, rules, sinks, tuple(self._refused))
        except ConfigError as fault:  # a circle
            self._refused.append(str(fault))
        apart = tuple(entry.model_copy(update={"folds": ()}) for entry in file.rules)
        return joined(settings, file.model_copy(update={"rules": apart}), rules, sinks, tuple(self._refused))

    def _rules(self, entries: list[RuleEntry]) -> dict[str, AlertRule]:
        rules: dict[str, AlertRule] = {}
        for entry in entries:
            try:
                rules[entry.name] = validated(entry, self._names, rules, self._file)
            except ConfigError as fault:
                self._refused.append(str(fault))
        return rules

    def _silences(self, rules: Mapping[str, AlertRule]) -> list[Silence]:
        found = []
        for number, silence in enumerate(self._parts("silences", Silence), start=1):
            try:
                validate_silence(silence, number, self._names, self._file)
                found.append(silence)
            except ConfigError as fault:
                self._refused.append(str(fault))
        return [silence for silence in found if silence.rule in rules]  # that of a rule left out has nothing to do

    def _sinks(self) -> tuple[Sink, ...]:
        given = self._listed("sinks") if "sinks" in self._content else list(RuleFile().sinks)
        kept: list[Any] = []
        for number, entry in enumerate(given, start=1):
            try:
                if not isinstance(entry, Mapping):
                    raise ConfigError("A mapping was expected here.", where=f"{self._file}, sink number {number}")
                read_sinks([*kept, entry], self._file)
                kept.append(entry)
            except ConfigError as fault:
                self._refused.append(str(fault))
        return read_sinks(kept if kept or not given else RuleFile().sinks, self._file)

    @property
    def _names(self) -> list[str]:
        """Of all rules, also of those left out: to fold or silence one of them is no fault."""
        return [str(entry.get("name")) for entry in self._listed("rules") if isinstance(entry, Mapping)]

    def _parts(self, part: str, shape: type[_Part]) -> list[_Part]:
        found = []
        for index, entry in enumerate(self._listed(part)):
            try:
                found.append(shape.model_validate(entry))
            except ValidationError as error:
                place = place_of(self._content, part, index)
                self._refused.append(str(fault_of(error, self._content, self._file, shape, place)))
        return found

    def _listed(self, part: str) -> list[Any]:
        given = self._content.get(part, [])
        return given if isinstance(given, list) else []

    def _validate_keys(self) -> None:
        """Keeps the fault of an unknown key, and that of a part that is no list."""
        for key, part in self._content.items():
            try:
                RuleFile.model_validate({key: () if isinstance(part, list) else part})
            except ValidationError as error:
                self._refused.append(str(fault_of(error, self._content, self._file, RuleFile)))
