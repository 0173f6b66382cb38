"""A run: plan what is new, take each batch through its stages, then account for what was done.

Every step asks the tables what they already hold, so a run that was killed is simply started again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

from pyspark.sql import SparkSession

from triage.background import in_background
from triage.config import Settings
from triage.errors import ConfigError, SourceError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, QUARANTINE, ROUTES, Table
from triage.paths import is_local
from triage.pipeline.accounting import Account, account_for
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms.keys import load_keys
from triage.progress import Progress
from triage.reasons import DESCRIPTIONS, GateReason
from triage.routing.rules import load_rules
from triage.sandbox.preload import preloaded_host
from triage.spark.session import SMALL_RUN_BYTES, compile_queries, spark_session
from triage.stages.gold import label_batch, route_batch
from triage.stages.ingest import ingest
from triage.stages.mails import AnonymizeMails
from triage.stages.plan import plan_new_files, plan_replay, planned_bytes, refuse_other_key
from triage.stages.silver import forget_replayed, held_for, publish

if TYPE_CHECKING:
    from triage.labelling.models import Champion


class Run:
    """One run over a lake; everything that a wrong setting can break is read before Spark starts.

    Spark starts when there is something to do, since it takes longer than to find out that there is nothing.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self.progress = progress
        self.started_at = datetime.now(UTC)
        self.stage_seconds: dict[str, float] = {}
        self.policy = load_policy(settings.privacy.policy)
        self.heads = load_taxonomy(settings)
        self.rules = load_rules(settings, {head.name: head.labels for head in self.heads})
        self.keys = load_keys(settings)
        self.preloaded_host: str | None = None
        self._is_small = False

    @cached_property
    def spark(self) -> SparkSession:
        """The session, started on first use; `start_spark` shows it."""
        spark = spark_session(self.settings, is_small=self._is_small)
        compile_queries(spark, False)  # what is asked before the first batch is small
        return spark

    @cached_property
    def store(self) -> Store:
        """The lake's tables."""
        return Store(lambda: self.spark, self.settings.lake.root)

    @cached_property
    def champion(self) -> Champion:
        """The label model in force; where there is none yet, one is trained."""
        from triage.labelling.promotion.first_model import ensure_champion

        return ensure_champion(self.spark, self.settings)

    @property
    def model_version(self) -> str | None:
        """Version of the label model, where this run needed one."""
        return self.champion.version if "champion" in self.__dict__ else None

    @property
    def model_alerts(self) -> tuple[str, ...]:
        """What was refused of the registry, and what labels instead."""
        return self.champion.alerts if "champion" in self.__dict__ else ()

    @contextmanager
    def stage(self, name: str, note: str = "") -> Iterator[None]:
        """Shows a stage at work and adds up its seconds."""
        begin = monotonic()
        with self.progress.stage(name, note):
            yield
        self.stage_seconds[name] = self.stage_seconds.get(name, 0.0) + monotonic() - begin

    def start_spark(self) -> None:
        """Starts Spark where it does not run yet, and imports what handles label models meanwhile."""
        if "spark" not in self.__dict__:
            with self.stage("start Spark"), in_background(_import_tracking):
                self.spark  # noqa: B018 - started

    def resume(self) -> Account:
        """Checks that the key is the lake's, and finishes and accounts for what a killed run left."""
        if not is_local(self.settings.lake.root):
            self.start_spark()  # such a lake is asked through Spark only
        refuse_other_key(self.store, self.keys)
        self.finish_batches()
        return account_for(self)

    def finish_batches(self, *, is_all: bool = False) -> None:
        """Takes every planned batch through the stages that it has not passed yet.

        `is_all` says that no more follow, so that a session for a small run will do where it is one. The model comes first: a registry that does not answer is found before anything is read.
        """
        last = self.store.last_batch(LEDGER)
        if self.store.last_batch(ROUTES) >= last:
            return
        due = range(self.store.last_batch(ROUTES) + 1, last + 1)
        self._is_small = (
            is_all and 0 < sum(planned_bytes(batch_id, self.store) for batch_id in due) <= SMALL_RUN_BYTES
        )
        self.start_spark()
        with self._detection():
            with self.stage("model"):
                self.champion  # noqa: B018 - loaded, or trained where there is none
            for batch_id in due:
                self._finish(batch_id, last)

    def _finish(self, batch_id: int, last: int) -> None:
        compile_queries(
            self.spark, planned_bytes(batch_id, self.store) >= self.settings.spark.compile_above_bytes
        )
        for stage in STAGES:
            if self.store.last_batch(stage.writes, stage.part) < batch_id:
                with self.stage(stage.name, f"batch {batch_id} of {last}"):
                    stage.work(self, batch_id)

    @contextmanager
    def _detection(self) -> Iterator[None]:
        """Loads detection meanwhile, once for all workers, where these run on this machine."""
        if not str(self.spark.sparkContext.master).startswith("local"):
            yield
            return
        build = AnonymizeMails(self.settings, self.keys, self.policy.version)
        with preloaded_host(build) as self.preloaded_host:
            yield


def _import_tracking() -> None:
    """MLflow takes three seconds. It imports nothing of Spark's, which the main thread imports meanwhile."""
    import_module("triage.monitoring.tracking").import_client()


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a batch: due as long as `writes` lacks the batch, and harmless when repeated."""

    name: str
    writes: Table
    work: Callable[[Run, int], object]
    part: str = ""


STAGES: tuple[Stage, ...] = (
    Stage("ingest", QUALITY, lambda run, batch: ingest(batch, run.settings, run.store, run.keys), "ingest"),
    Stage(
        "anonymize",
        QUARANTINE,
        lambda run, batch: publish(batch, run.settings, run.store, run.keys, run.preloaded_host),
    ),
    Stage("label", LABELS, lambda run, batch: label_batch(batch, run.store, run.champion)),
    Stage("replayed", ROUTES, lambda run, batch: forget_replayed(batch, run.store)),
    Stage("route", ROUTES, lambda run, batch: route_batch(batch, run.store, run.rules)),
)
"""In order; a batch is done when the last one wrote."""


def nightly(settings: Settings, progress: Progress) -> Account:
    """All stages over what is new; nothing is written when there is nothing new.

    What a killed run left is finished and accounted for first, so that its account is that of an undisturbed run.
    """
    _refuse_missing_sources(settings)
    run = Run(settings, progress)
    with lake_lock(settings.lake.root):
        left = run.resume()
        with run.stage("plan", f"{len(settings.sources)} sources"):
            plan_new_files(settings, run.store, run.keys, progress.log)
        run.finish_batches(is_all=True)
        return left + account_for(run)


def replay(settings: Settings, reasons: Sequence[str], progress: Progress) -> Account:
    """Takes quarantined mails (those held for one of `reasons`, or all) through the stages again."""
    unknown = [reason for reason in reasons if reason not in DESCRIPTIONS and not GateReason.parse(reason)]
    if unknown:
        raise ConfigError(
            f"There is no reason {unknown[0]}.",
            where="--reason",
            remedy=f"The reasons are: {', '.join(sorted(DESCRIPTIONS))}.",
        )
    require_lake(Store(lambda: spark_session(settings), settings.lake.root))
    run = Run(settings, progress)
    with lake_lock(settings.lake.root):
        left = run.resume()
        run.start_spark()
        if held_for(reasons, run.store).isEmpty():
            progress.log("No mail in quarantine is held for that: nothing to replay.")
            return left
        plan_replay(run.store, reasons, run.started_at)
        run.finish_batches()
        return left + account_for(run)


def _refuse_missing_sources(settings: Settings) -> None:
    if not settings.sources:
        raise SourceError(
            "There is no source to read.", where="sources", remedy="Give --source PATH or set sources."
        )
    for source in settings.sources:
        if is_local(source) and not os.path.lexists(source):
            raise SourceError(
                "The source does not exist.", where=source, remedy="Correct --source or `sources`."
            )
