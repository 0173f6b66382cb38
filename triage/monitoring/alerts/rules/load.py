"""Alert rules: loaded from YAML and validated against the registered metrics, before a run reads anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from triage.config import AlertSettings, Settings
from triage.errors import ConfigError
from triage.monitoring.alerts.causes import explained_rules
from triage.monitoring.alerts.rules.rule import BUILT_IN, AlertRule, rule_of
from triage.monitoring.alerts.rules.rule_file import RuleEntry, RuleFile, Silence, read_rule_file
from triage.monitoring.alerts.sinks import Sink, read_sinks
from triage.routing.conditions import RuleFault, nearest


@dataclass(frozen=True, slots=True)
class AlertRules:
    """All rules by name, those that each explains (also through others), silences, sinks, and a digest of the file.

    `refused` has a sentence for each entry of the file that was left out since it is wrong.
    """

    rules: Mapping[str, AlertRule]
    explains: Mapping[str, frozenset[str]]
    silences: tuple[Silence, ...] = ()
    sinks: tuple[Sink, ...] = ()
    settings: AlertSettings = field(default_factory=AlertSettings)
    version: str = ""
    refused: tuple[str, ...] = ()


def load_alert_rules(settings: Settings) -> AlertRules:
    """The alert rules of `settings.alerts.rules`, and those that are built in.

    Raises ConfigError, with the file, the rule and the remedy, for: an unreadable file, an unknown key, metric, kind of
    slice, figure, operator, rule or kind of sink, a name given twice, rules that fold each other in a circle, a
    sentence with an unknown figure, and a runbook page that does not exist. No secret is read.
    """
    file = Path(settings.alerts.rules)
    content = read_rule_file(file)
    names = [entry.name for entry in content.rules]
    rules = dict(zip(names, _each_rule(file, content.rules, names), strict=True))
    for number, silence in enumerate(content.silences, start=1):
        validate_silence(silence, number, names, file)
    return joined(settings, content, rules, read_sinks(content.sinks, file))


def joined(
    settings: Settings,
    content: RuleFile,
    rules: Mapping[str, AlertRule],
    sinks: tuple[Sink, ...],
    refused: tuple[str, ...] = (),
) -> AlertRules:
    """The parts of a file as one. Raises ConfigError where rules fold each other in a circle."""
    folds = {entry.name: [name for name in entry.folds if name in rules] for entry in content.rules}
    explains = explained_rules(folds | dict.fromkeys(BUILT_IN, ()), Path(settings.alerts.rules))
    every = {**rules, **BUILT_IN}
    return AlertRules(every, explains, content.silences, sinks, settings.alerts, _digest(content), refused)


def validated(entry: RuleEntry, names: Collection[str], seen: Collection[str], file: Path) -> AlertRule:
    """The rule of an entry; `seen` are the rules before it. Raises ConfigError with its place."""
    try:
        if entry.name in seen or entry.name in BUILT_IN:
            raise RuleFault("Two rules have this name.", "Give each rule a name of its own.")
        return rule_of(entry, names)
    except RuleFault as fault:
        raise ConfigError(fault.what, where=f"{file}, rule {entry.name}", remedy=fault.remedy) from None


def validate_silence(silence: Silence, number: int, names: Collection[str], file: Path) -> None:
    """Raises ConfigError for a silence of an unknown rule."""
    if silence.rule not in names:
        where = f"{file}, silence number {number}"
        raise ConfigError(f"There is no rule {silence.rule!r}.", where=where, remedy=nearest(silence.rule, names))


def _each_rule(file: Path, entries: Iterable[RuleEntry], names: Collection[str]) -> Iterator[AlertRule]:
    seen: set[str] = set()
    for entry in entries:
        yield validated(entry, names, seen, file)
        seen.add(entry.name)


def _digest(content: RuleFile) -> str:
    """First 16 hex digits of SHA-256 over the content; comments and layout do not count."""
    text = json.dumps(content.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
