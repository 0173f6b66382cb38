"""Tries a rule file on the mail of the last days."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.pipeline.tried_rules.mails import Labels, batches, window
from triage.pipeline.tried_rules.tried import TriedRules
from triage.routing.plain import route_of
from triage.routing.rules import Rules, load_rules, read_rules


def try_rules(store: Store, settings: Settings, rules_path: Path | str, days: float = 7) -> TriedRules:
    """What the rules of a file would have done to the mails of the last `days`, beside the rules in force.

    Both are applied anew to silver/mail and gold/labels, so what differs is due to the rules alone. The days end with
    the newest mail. Nothing is written. Raises ConfigError for a wrong file, as a run does, and for a number of days
    that is not above 0.
    """
    if not days > 0:
        raise ConfigError("The number of days is not above 0.", where="days", remedy="Give such as 7.")
    begun = time.monotonic()
    heads = heads_of(settings)
    before, after = load_rules(settings, heads), read_rules(Path(rules_path), heads)
    within = window(store, days)
    now = datetime.now(UTC)
    tried = TriedRules(within.since if within else now, within.until if within else now, before.version, after.version)
    if within:
        for mails, labels in batches(store, within, [*before.conditions, *after.conditions]):
            tried.add(_routes(mails, labels, before, after))
    tried.seconds = time.monotonic() - begun
    return tried


def heads_of(settings: Settings) -> Mapping[str, Sequence[str]]:
    """The labels of each head, which rules may name."""
    return {head.name: head.labels for head in load_taxonomy(settings)}


def _routes(
    mails: Sequence[dict[str, Any]], labels: Labels, before: Rules, after: Rules
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for mail in mails:
        own = labels.get(mail["mail_key"], {})
        yield route_of(mail, own, before), route_of(mail, own, after)
