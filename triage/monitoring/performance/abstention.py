"""How much the heads leave to people."""

from __future__ import annotations

from collections.abc import Iterator

from triage.monitoring.intervals import wilson
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.expected import KINDS, decisions, heads_of
from triage.monitoring.view import RunView

ABSTENTION = "abstention"
DECIDED_SHARE = "decided_share"
_DECIDED = "decided"


def abstention(view: RunView) -> Iterator[Measurement]:
    """Share of mails without a label, of each head: for all mails, and by language and queue."""
    confidence = view.settings.monitoring.confidence
    for kind in KINDS:
        for value, part in view.now.of(kind):
            for head in heads_of(part):
                outcomes = decisions(part, head)
                if not outcomes.total:
                    continue
                left = outcomes.total - outcomes.counts[_DECIDED]
                low, high = wilson(left, outcomes.total, confidence)
                share = left / outcomes.total
                yield Measurement(f"{ABSTENTION}.{head}", share, kind, value, low, high, mails=outcomes.total)


def decided_share(view: RunView) -> Iterator[Measurement]:
    """Share of all decisions, a mail and a head each, that needed no person."""
    run = view.now.run
    outcomes = [decisions(run, head) for head in heads_of(run)]
    total, decided = sum(one.total for one in outcomes), sum(one.counts[_DECIDED] for one in outcomes)
    if total:
        # decisions about one mail depend on each other: the interval is that of as many decisions as there are mails
        mails = max(one.total for one in outcomes)
        low, high = wilson(decided / total * mails, mails, view.settings.monitoring.confidence)
        yield Measurement(DECIDED_SHARE, decided / total, low=low, high=high, mails=mails)
