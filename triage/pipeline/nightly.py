"""The nightly run: plan what is new, take each batch through its stages, account for all."""

from __future__ import annotations

import os
from dataclasses import replace

from triage.config import Settings
from triage.errors import SourceError
from triage.lake.locks import lake_lock
from triage.mail.exports import list_sources
from triage.mail.formats.outlook.private_folder import remove_abandoned
from triage.monitoring.service.attempts import logged_attempt
from triage.paths import is_local
from triage.pipeline.account.absence import watch_absence
from triage.pipeline.account.relabels import unfinished_sentences
from triage.pipeline.account.results import RunSummary
from triage.pipeline.outcome import Finding, empty_sources
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.stages.plan import plan_new_files


def nightly(settings: Settings, progress: Progress) -> RunSummary:
    """All stages over what is new; nothing is written when there is nothing new.

    What a killed run left is finished and accounted for first, so that its account is that of an undisturbed run.
    Each start is in the log of attempts. Raises SourceError for a missing source, TransientError when another run works
    on the lake.
    """
    remove_abandoned()  # clear text that a killed run on this machine unpacked, should no other .pst come
    with logged_attempt(settings.reports_folder, "nightly") as outcome:
        _require_sources(settings)
        run = Run(settings, progress)
        with lake_lock(settings.lake.root):
            resumed = run.resume()
            for sentence in unfinished_sentences(run.store):
                progress.log(sentence)
            with run.stage("plan", f"{len(settings.sources)} sources"):
                empty = _plan(run)
            run.finish_batches(is_all=True)
            summary = resumed + run.account()
            if not summary.record.batches:
                summary = watch_absence(run.facts(), summary)
            summary = replace(summary, findings=empty + summary.findings)
        outcome.run_id, outcome.exit_code = summary.record.run_id, summary.exit_code
        return summary


def _plan(run: Run) -> tuple[Finding, ...]:
    """Plans what the sources hold at one moment, and says which of them are empty."""
    listing = list_sources(run.settings.sources, run.settings.source_storage)
    plan_new_files(run.settings, run.store, run.keys, run.progress.log, listing)
    return empty_sources(run.settings, listing, run.store, run.keys)


def _require_sources(settings: Settings) -> None:
    if not settings.sources:
        raise SourceError("There is no source to read.", where="sources", remedy="Give --source PATH or set sources.")
    for source in settings.sources:
        if is_local(source) and not os.path.lexists(source):
            raise SourceError("The source does not exist.", where=source, remedy="Correct --source or `sources`.")
