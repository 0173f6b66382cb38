"""`jobs/learn.py`: the step with its lock and log, and what it prints."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.cli import progress_console
from triage.config import Settings
from triage.config.learning.guards import GuardSettings
from triage.lake.locks import learning_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LAKE_KEYS
from triage.learning.guards.outcome import Guarded, LeftOut
from triage.learning.guards.quorum import qualified
from triage.learning.promotion.report import print_verdict
from triage.learning.retraining.learn import learn
from triage.learning.retraining.rebuild import rebuild
from triage.learning.retraining.step import Learnt
from triage.monitoring.service.attempts import logged_attempt
from triage.paths import delete_whole, is_local, write_whole
from triage.privacy.pseudonyms.keys import load_keys
from triage.progress import Progress
from triage.spark.session import spark_session


def run_learn(settings: Settings, *, force: bool) -> Learnt:
    """One step, alone on the lake; the nightly run may work meanwhile. Prints what it came to.

    Raises ConfigError where there is no lake, TransientError while another step works on it.
    """
    store = Store(lambda: spark_session(settings), settings.lake.root)
    require_lake(store)
    keys, before = load_keys(settings), _removals(store)
    with logged_attempt(settings.reports_folder, "learn"), learning_lock(settings.lake.root):
        found = learn(settings, keys, Progress(progress_console), force=force)
        write_findings(found, settings.learning_findings)
        if _removals(store) != before:  # it may name whom an erasure or a new key took away meanwhile
            delete_whole(settings.learning_findings)
    print_learnt(found, settings)
    return found


def _removals(store: Store) -> tuple[int, list[str]]:
    """Erasures so far, and the keys: each is noted before the first removal, which then deletes the findings."""
    erasures = store.count(ERASURES) if store.exists(ERASURES) else 0
    keys = store.rows(LAKE_KEYS, ("key_id",)) if store.exists(LAKE_KEYS) else iter(())
    return erasures, sorted(row["key_id"] for row in keys)


def rebuild_version(settings: Settings, version: str) -> None:
    """Trains a version again and prints whether it is the same. Raises ConfigError as `rebuild` does."""
    store = Store(lambda: spark_session(settings, "rebuild"), settings.lake.root)
    require_lake(store)
    with learning_lock(settings.lake.root):
        found = rebuild(settings, store, version, Progress(progress_console))
    rows = (
        "The rows are those of then." if found.same_rows else "The rows differ: mails are gone, or the sample is new."
    )
    figures = f"Figures differ in {', '.join(found.differing)}." if found.differing else "All figures are equal."
    Console(soft_wrap=True).print(Text(f"Training {found.training_id}, done again: {rows} {figures}"))


def print_learnt(found: Learnt, settings: Settings) -> None:
    """Findings of the guards, why a model was trained or not, and what became of it."""
    console = Console(soft_wrap=True)
    for line in _lines(found, settings.learning.guards):
        console.print(Text(line))
    if found.guards.findings:
        console.print(findings_table(found.guards))
    if found.verdict is not None:
        print_verdict(found.verdict, settings)


def _lines(found: Learnt, guards: GuardSettings) -> Iterator[str]:
    if found.trial is not None:
        trial, verdict = found.trial
        yield f"Version {trial.version} on trial ({trial.kind}): {verdict.reason}"
    pending = f"{len(found.guards.pending())} wait for another person (jobs/review.py draw asks)"
    yield f"{len(found.guards.examples)} corrected labels can be learnt from, {found.new} of them new; {pending}."
    yield from quorum_hint(found.guards, guards)
    if found.version is None:
        yield " ".join([*found.due.obstacles, *found.due.reasons]) or "Nothing speaks for a training."
        yield "No model was trained."
    else:
        why = " ".join(found.due.reasons) or "It was asked for, or a killed step had begun it."
        yield f"Version {found.version} was trained (training {found.training_id}). {why}"
        if found.lacking:
            yield found.lacking
    for head in found.heads_apart:
        yield f"{head} has a model of its own: its corrections reach it by jobs/train.py --labelled only."
    for head in sorted({*found.not_learnt} - {*found.heads_apart}):
        yield f"{head} was not trained: the sample has no row to evaluate it. Train it by jobs/train.py --labelled."


def quorum_hint(found: Guarded, settings: GuardSettings) -> Iterator[str]:
    """What to do where dangerous changes wait and too few people can count for a quorum."""
    waiting, able = sum(why == LeftOut.QUORUM for why in found.left_out.values()), len(qualified(found.trust, settings))
    if waiting and able < settings.quorum:
        yield (
            f"Dangerous changes wait ({waiting}) for a quorum of {settings.quorum} people, and {able} can count: those "
            f"who answered {settings.quorum_gold} gold questions (learning.guards.quorum_gold) and have a trust of "
            f"{settings.quorum_trust:g}. Settle labels with jobs/review.py gold, so that a draw asks gold questions."
        )


def findings_table(guards: Guarded) -> Table:
    """What the guards found, in tokens."""
    table = Table("finding", "head", "corrections", "what", title="A person should look at these")
    for one in guards.findings:
        table.add_row(one.code.value, one.head or "", str(one.count), Text(one.sentence))
    return table


def write_findings(found: Learnt, file: Path) -> None:
    """Findings, trust by reviewer's token, and how many labels were left out for which reason; no mail keys."""
    content = {
        "training_id": found.training_id,
        "version": found.version,
        "decision": found.verdict.decision if found.verdict else None,
        "reasons": [*found.due.reasons, *found.due.obstacles],
        "findings": [asdict(one) for one in found.guards.findings],
        "trust": {who: asdict(one) for who, one in sorted(found.guards.trust.items())},
        "left_out": dict(sorted(Counter(found.guards.left_out.values()).items())),
    }
    if is_local(str(file)) and file.parent.is_dir():
        write_whole(file, json.dumps(content, indent=1))
