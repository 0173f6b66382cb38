"""A run: takes planned batches through their stages and accounts for them.

Every step asks the tables what they already hold, so a run that was killed is simply started again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from triage.lake.migrations.migrate import migrate, record_new_lake
from triage.paths import is_local
from triage.pipeline.account.account import account, nothing_new, unaccounted_batches
from triage.pipeline.account.results import RunSummary
from triage.pipeline.account.soft import softly
from triage.pipeline.context import RunContext
from triage.pipeline.stage_counts import stage_counts
from triage.pipeline.stages import STAGES, unfinished_batches
from triage.sandbox.preload import preloaded_host
from triage.spark.driver_memory import release_unused
from triage.spark.session import SMALL_RUN_BYTES, compile_queries
from triage.stages.mail_processor import MailProcessorFactory
from triage.stages.plan import planned_bytes, validate_key


class Run(RunContext):
    """One run over a lake. Raises as RunContext does."""

    def resume(self) -> RunSummary:
        """Validates that the key is the lake's, then finishes and accounts for what a killed run left.

        Raises KeyMaterialError for another key, ContractError while a rotation of the key has not ended.
        """
        if not is_local(self.settings.lake.root):
            self.start_spark()  # such a lake is read through Spark only
        validate_key(self.store, self.keys)
        migrate(self.store, self.progress.log)
        self.finish_batches()
        return self.account()

    def finish_batches(self, *, is_all: bool = False) -> None:
        """Takes every planned batch through the stages that it has not passed yet.

        `is_all` says that no more batches follow, so that a session for a small run will do where it is one. The
        model is loaded first: a registry that does not answer is found before anything is read.
        """
        batches = unfinished_batches(self.store)
        if not batches:
            return
        record_new_lake(self.store)
        size = sum(planned_bytes(batch_id, self.store) for batch_id in batches)
        is_small = 0 < size <= SMALL_RUN_BYTES  # a replay counts as 0 bytes and may be large
        self.start_spark(is_small=is_all and is_small)
        with self._preloaded_detection():
            with self.stage("model"):
                self.load_champion()
            for batch_id in batches:
                self._finish(batch_id, batches[-1])

    def account(self) -> RunSummary:
        """Accounts for all batches that are finished and not accounted for yet, also those of a killed run.

        Where there are none, nothing is written. Of a run that was killed after its stages the label model is loaded
        for the account alone, which is written without it where that fails.
        """
        batches = unaccounted_batches(self.store)
        if not batches:
            return nothing_new(self.facts())
        self.start_spark()
        if self.champion is None:
            with self.stage("model"):
                softly("The label model could not be loaded for the account", self.load_champion, None)
        with self.stage("account"):
            summary = account(replace(self.facts(), is_whole=self.whole_batches >= set(batches)), batches)
        self.begin_anew()
        return summary

    def _finish(self, batch_id: int, last: int) -> None:
        is_large = planned_bytes(batch_id, self.store) >= self.settings.spark.compile_above_bytes
        compile_queries(self.session.start(), is_large)
        worked = 0
        for stage in STAGES:
            if stage.is_due(self.store, batch_id):
                with self.stage(stage.name, f"batch {batch_id} of {last}") as shown:
                    stage.work(self, batch_id)
                    shown.counts |= stage_counts(self.store, stage.name, batch_id)
                worked += 1
        if worked == len(STAGES):
            self.whole_batches.add(batch_id)
        if batch_id < last:  # after the last one the session ends soon
            release_unused()

    @contextmanager
    def _preloaded_detection(self) -> Iterator[None]:
        """Loads detection in the background, once for all workers, where these run on this machine."""
        if not str(self.session.start().sparkContext.master).startswith("local"):
            yield
            return
        factory = MailProcessorFactory(self.settings, self.keys, self.policy.version)
        with preloaded_host(factory) as self.preloaded_host:
            yield
