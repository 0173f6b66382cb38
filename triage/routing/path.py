"""Why one mail is in its queue: each rule that was tried, and the condition that did not hold."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.routing.columns import matches
from triage.routing.route import with_decisions
from triage.routing.rules import Rule, Rules


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was tried on a mail; `failed` is its first condition that did not hold, in words."""

    rule: str
    queue: str
    failed: str | None

    @property
    def matches(self) -> bool:
        """Whether all of its conditions hold."""
        return self.failed is None


def rule_path(silver: DataFrame, labels: DataFrame, rules: Rules) -> list[Tried]:
    """The rules in their order, up to the one that matches the mail or the default.

    `silver` holds one mail and `labels` its rows of gold/labels.
    """
    mails, names = with_decisions(silver, labels, rules)
    columns = [f.array(*(matches([c], names.all) for c in rule.conditions)) for rule in rules.rules]
    row = mails.select(f.array(*columns).alias("results")).first()
    path: list[Tried] = []
    for rule, results in zip(rules.rules, row.results if row else [], strict=True):
        path.append(_tried(rule, results))
        if path[-1].matches:
            return path
    return [*path, Tried(rules.default.name, rules.default.queue, None)]


def _tried(rule: Rule, results: list[bool]) -> Tried:
    failed = (c.in_words() for c, holds in zip(rule.conditions, results, strict=True) if not holds)
    return Tried(rule.name, rule.queue, next(failed, None))
