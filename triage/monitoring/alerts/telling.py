"""Turns what holds, and what no longer does, into alerts: their state, sentence and cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triage.monitoring.alerts.alert import Alert, Key, Row, Severity, State, in_words, key_of, rank
from triage.monitoring.alerts.rules.conditions import can_tell, hold
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.alerts.rules.rule import AlertRule
from triage.monitoring.alerts.rules.rule_file import Silence
from triage.monitoring.alerts.rules.sentences import printable, sentence_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.registry import metric_of

SILENCE_ENDED = "silence_ended"
"""The rule's name in rows that say once that a silence has ended."""

_RECENT = 7
"""For how many days after its end a silence is still looked at: no longer than rows of alerts are kept in view."""

_MOST_LISTED = 5
_SENT: tuple[State, ...] = ("raised", "open")


@dataclass(frozen=True, slots=True)
class Held:
    """A rule whose conditions hold for a measurement; `others` are further metrics of the same slice that meet them.

    `lasts`: they hold no longer, but what the rule asks for its end does not hold either.
    """

    rule: AlertRule
    measurement: Measurement
    others: tuple[Measurement, ...] = ()
    lasts: bool = False

    @property
    def key(self) -> Key:
        return self.rule.name, self.measurement.by, self.measurement.slice

    @property
    def severity(self) -> Severity:
        critical = self.rule.critical_when
        return "critical" if critical and hold(critical, self.measurement) else self.rule.severity

    @property
    def cost(self) -> float:
        return self.rule.cost.of(self.measurement.mails)

    @property
    def rank(self) -> tuple[float, int, bool, float, Key]:
        """The most expensive first; of equal ones the worst, then that of all mails, then the largest value."""
        is_part = self.measurement.by != "run"
        return -self.cost, -rank(self.severity), is_part, -abs(self.measurement.value or 0.0), self.key

    @property
    def of(self) -> str:
        """What the metrics are of, such as heads."""
        names = [_of(one) for one in (self.measurement, *self.others)]
        return _listed([name for name in dict.fromkeys(names) if name])


@dataclass(frozen=True, slots=True)
class Telling:
    """What a run tells of each rule and slice."""

    rules: AlertRules
    last: Mapping[Key, Row]
    now: datetime
    details: Mapping[str, str]

    def of(self, held: Held, children: Sequence[Held]) -> Alert:
        """The alert of a cause, as severe and expensive as the worst of what it explains.

        A sum of costs would count mails twice.
        """
        row, silence = self.last.get(held.key), self.silence(held.key)
        severity = max((one.severity for one in (held, *children)), key=rank)
        state = self._state(row, severity, silence)
        return Alert(
            *held.key,
            state=state,
            severity=severity,
            owner=held.rule.owner,
            runbook=held.rule.runbook,
            sentence=row["sentence"] if row and held.lasts else self._sentence(held, children),
            cost=max(one.cost for one in (held, *children)),
            raised_at=self.now,
            since=row["since"] if row else self.now,
            held_at=self.now,
            told_at=row["told_at"] if row else None,
            folded=_folded(row, children),
            is_news=state == "raised",
        )

    def gone(self, keys: Iterable[Key], measurements: Sequence[Measurement]) -> Iterator[Alert]:
        """Alerts of earlier runs whose conditions do not hold: resolved, or open while their figures are unknown."""
        for key in sorted(keys):
            row, rule = self.last[key], self.rules.rules.get(key[0])
            if rule is None and self.rules.refused:  # left out, or perhaps so: it goes on once the file is right
                yield self._again(row, row["state"])
            elif rule is None:  # taken out of the file: nobody waits for its end
                yield self._ended(row, "The rule is not in the alert file any more.", is_news=False)
            elif self.now - row["held_at"] < timedelta(hours=rule.resolve_hours):
                yield self._again(row, "silenced" if self.silence(key) else row["state"])
            elif _is_over(rule, key, measurements):
                yield self._ended(row, f"It is over: {row['sentence']}")
            elif self.now - row["held_at"] > timedelta(days=self.rules.settings.unknown_days):
                yield self._ended(row, f"It has not been measured for long: {row['sentence']}")
            else:
                yield self._again(row, "silenced" if self.silence(key) else row["state"])

    def ended_silences(self, earlier: Sequence[Row]) -> Iterator[Alert]:
        """Each silence that has ended, said once: while rows are kept that show that it was said."""
        said = {row["slice"] for row in earlier if row["rule"] == SILENCE_ENDED}
        for silence in self.rules.silences:
            name = f"{silence.rule} {silence.slice or ''} {silence.until}".replace("  ", " ")
            is_new = 1 <= silence.days_over(self.now) <= _RECENT
            if name not in said and is_new:
                yield self._ended_silence(silence, name)

    def _ended_silence(self, silence: Silence, name: str) -> Alert:
        rule = self.rules.rules[silence.rule]
        sentence = f"The silence of {silence.rule} has ended on {silence.until}. Remove it, or give it a new end."
        return Alert(
            rule=SILENCE_ENDED,
            by="silence",
            slice=name,
            state="resolved",
            severity="info",
            owner=rule.owner,
            runbook="docs/runbook/README.md",
            sentence=sentence,
            cost=0.0,
            raised_at=self.now,
            since=self.now,
            held_at=self.now,
            is_news=True,
        )

    def silence(self, key: Key) -> Silence | None:
        """The silence that covers an alert now."""
        return next((s for s in self.rules.silences if s.covers(key[0], key[2]) and s.days_over(self.now) <= 0), None)

    def _state(self, row: Row | None, severity: Severity, silence: Silence | None) -> State:
        if silence:
            return "silenced"
        if row is None or row["state"] not in _SENT or rank(severity) > rank(row["severity"]):
            return "raised"
        return "raised" if self._is_reminder(row) else "open"

    def _is_reminder(self, row: Row) -> bool:
        hours = self.rules.settings.remind_hours
        return row["told_at"] is None or self.now - row["told_at"] >= timedelta(hours=hours)

    def _sentence(self, held: Held, children: Sequence[Held]) -> str:
        metric = metric_of(held.measurement.metric)
        name, unit = (metric.name, metric.unit) if metric else ("", "")
        sentence = sentence_of(held.rule.sentence, held.measurement, unit, held.of, self.details.get(name, ""))
        return sentence + _also(held, children)

    def _ended(self, row: Row, sentence: str, *, is_news: bool = True) -> Alert:
        was_sent = row["state"] in _SENT and not self.silence(key_of(row))
        return replace(self._again(row, "resolved"), sentence=sentence, is_news=is_news and was_sent)

    def _again(self, row: Row, state: State) -> Alert:
        rule = self.rules.rules.get(row["rule"])
        return Alert(
            *key_of(row),
            state="open" if state == "raised" else state,
            severity=row["severity"],
            owner=row["owner"],
            runbook=rule.runbook if rule else "",
            sentence=row["sentence"],
            cost=row["cost"],
            raised_at=self.now,
            since=row["since"],
            held_at=row["held_at"],
            told_at=row["told_at"],
            folded=tuple(row["folded"]),
        )


def _of(one: Measurement) -> str:
    """What follows the name of a registered metric."""
    metric = metric_of(one.metric)
    return one.metric.removeprefix(metric.name).removeprefix(".") if metric else ""


def _is_over(rule: AlertRule, key: Key, measurements: Iterable[Measurement]) -> bool:
    """Whether this run knows that the rule does not hold for a slice, and not only that it lacks figures."""
    own = [one for one in measurements if (one.by, one.slice) == key[1:] and rule.covers(one)]
    if rule.resolved_when:
        return bool(own) and all(hold(rule.resolved_when, one) for one in own)
    return bool(own) and all(can_tell(rule.conditions, one) for one in own)


def _folded(row: Row | None, children: Iterable[Held]) -> tuple[str, ...]:
    """With those of earlier runs, so that one that comes and goes under an open cause is not news each time."""
    before = tuple(row["folded"]) if row else ()
    return tuple(dict.fromkeys((*before, *(in_words(child.key) for child in children))))


def _also(cause: Held, children: Sequence[Held]) -> str:
    """What is folded, in words: other slices of the rule, and other rules."""
    slices = [f"{one.measurement.by} {printable(one.measurement.slice)}" for one in children if one.rule is cause.rule]
    others = [in_words((*one.key[:2], printable(one.key[2]))) for one in children if one.rule is not cause.rule]
    parts = (
        f" The same holds for {_listed(slices)}." if slices else "",
        f" It explains {_listed(others)}." if others else "",
    )
    return "".join(parts)


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST_LISTED} more" if len(words) > _MOST_LISTED else ""
    return ", ".join(words[:_MOST_LISTED]) + more
