"""Backfills and rollbacks that were killed, as a run reports them."""

from __future__ import annotations

from triage.lake.store import Store
from triage.pipeline.account.soft import softly
from triage.stages.relabels import command_of, unfinished_relabels, unfinished_sentence


def unfinished_sentences(store: Store) -> tuple[str, ...]:
    """A sentence for each, with the command that finishes it; none where ops/relabels cannot be read."""

    def read() -> tuple[str, ...]:
        return tuple(f"{unfinished_sentence(row)} Run: {command_of(row)}" for row in unfinished_relabels(store))

    return softly("Whether a relabel is unfinished could not be read", read, ())
