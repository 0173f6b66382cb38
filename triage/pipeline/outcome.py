"""What a complete run says of mail that did not come as expected, and whether its scheduler must hear of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.config import Action, Settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.mail.exports import Listing
from triage.monitoring.measurement import Measurement
from triage.monitoring.record import RunRecord
from triage.pipeline.account.source_names import source_name, with_folders
from triage.privacy.pseudonyms.file_tokens import folder_of
from triage.privacy.pseudonyms.keys import Keys


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about the mail of a run, which names no folder, and the same as its operator is shown it.

    One that fails has the run end with 1, although it is complete.
    """

    sentence: str
    shown: str
    fails: bool


def empty_sources(settings: Settings, listing: Listing, store: Store, keys: Keys) -> tuple[Finding, ...]:
    """The sources that hold no file. Only where there are any is the whole ledger read."""
    action = settings.outcome.empty_source
    if action == "ignore":
        return ()
    empty = [os.path.realpath(source) for source, files in listing.items() if not files]
    if not empty:
        return ()
    had_files = {folder_of(row["path"]) for row in store.rows(LEDGER, ("path",), kind=["file"]) if row["path"]}
    return tuple(_empty(folder, folder in had_files, settings, keys) for folder in empty)


def _empty(folder: str, had_files: bool, settings: Settings, keys: Keys) -> Finding:
    name = source_name(folder, settings.source_names, keys)
    sentence = f"The source {name} holds no file."
    if had_files:
        sentence = (
            f"The source {name} held files before and is empty now. Look whether its disk is mounted and its export "
            "ran; outcome.empty_source says whether this fails."
        )
    (shown,) = with_folders([sentence], settings, keys)
    return Finding(sentence, shown, fails=had_files and settings.outcome.empty_source == "fail")


def quarantine(record: RunRecord, settings: Settings) -> Iterator[Finding]:
    """Whether more of the new mails are in quarantine than the settings allow."""
    limits, limit = settings.outcome, settings.quality.max_quarantine_share
    bad, new = record.messages_quarantined, record.messages_new
    if bad >= limits.quarantine_mails and bad > limit * new:
        yield from _finding(
            limits.quarantine,
            f"{bad:,} of {new:,} new mails are in quarantine, more than {limit:.0%} "
            "(quality.max_quarantine_share). The report names the reasons; after a fix start jobs/replay.py.",
        )


def low_volume(measurements: Iterable[Measurement], settings: Settings) -> Iterator[Finding]:
    """Whether the run has far fewer new mails than usual, by more than chance."""
    limits = settings.outcome
    for one in measurements:
        is_of_run = one.metric == "volume" and one.by == "run"
        if is_of_run and one.usual and one.high is not None and one.high < limits.low_volume_share * one.usual:
            yield from _finding(
                limits.low_volume,
                f"Only {one.mails:,} new mails came, where {one.usual:,.0f} are usual. Look whether every export ran; "
                "outcome.low_volume says whether this fails.",
            )


def _finding(action: Action, sentence: str) -> Iterator[Finding]:
    if action != "ignore":
        yield Finding(sentence, sentence, fails=action == "fail")
