"""What a run holds: settings and what they name, the lake's tables, the Spark session, the label model, stage times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

from pyspark.sql import SparkSession

from triage.background import in_background
from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.monitoring.alerts.rules.usable import usable_alert_rules
from triage.paths import is_local, require_writable
from triage.pipeline.account.results import RunFacts
from triage.pipeline.account.soft import softly
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms.keys import load_keys
from triage.progress import Progress
from triage.routing.rules import load_rules
from triage.spark.hardening import validate_spark
from triage.spark.session import compile_queries, spark_session
from triage.telemetry.current import Stage

if TYPE_CHECKING:
    from triage.labelling.models import Champion
    from triage.monitoring.view import ModelFacts


class Session:
    """The Spark session of a run, started when it is first needed: it takes longer than to find that nothing is new."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._spark: SparkSession | None = None

    @property
    def is_started(self) -> bool:
        """Whether Spark runs."""
        return self._spark is not None

    @property
    def cores(self) -> int:
        """Cores that its tasks can use; 1 where Spark does not run."""
        return int(self._spark.sparkContext.defaultParallelism) if self._spark is not None else 1

    def start(self, *, is_small: bool = False) -> SparkSession:
        """The session, started where it does not run yet.

        One for a small run starts sooner and is slower with many mails.
        """
        if self._spark is None:
            self._spark = spark_session(self._settings, is_small=is_small)
            compile_queries(self._spark, False)  # queries before the first batch are small
        return self._spark


class RunContext:
    """Everything that belongs to one run over a lake, except its batches.

    Whatever a wrong setting can break is loaded before Spark starts. A wrong alert file ends no run: what of it is
    wrong is left out, printed, and told as the alert `alert_rules_refused`.
    `champion` is None until a batch needs a label model; `preloaded_host` is the address of
    a process that has preloaded detection (triage.sandbox.preload), None without one.
    Raises ConfigError, or KeyMaterialError for the key.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self.progress = progress
        self.started_at = datetime.now(UTC)
        self.stage_seconds: dict[str, float] = {}
        self.policy = load_policy(settings.privacy.policy)
        self.heads = load_taxonomy(settings)
        self.rules = load_rules(settings, {head.name: head.labels for head in self.heads})
        self.alert_rules = usable_alert_rules(settings)
        for sentence in self.alert_rules.refused:
            progress.log(f"Left out of the alert rules: {sentence}")
        if is_local(settings.lake.root):
            require_writable(settings.lake.root)  # a development key beside it could not be written, either
        for sentence in validate_spark(settings):
            progress.log(f"Unsafe, and refused in production: {sentence}")
        self.keys = load_keys(settings)
        self.session = Session(settings)
        self.store = Store(self.session.start, settings.lake.root)
        self.champion: Champion | None = None
        self.preloaded_host: str | None = None
        self.whole_batches: set[int] = set()
        """Batches of which this process worked every stage."""

    @contextmanager
    def stage(self, name: str, note: str = "") -> Iterator[Stage]:
        """Shows a stage in the progress while its block runs, and adds up its seconds."""
        begin = monotonic()
        with self.progress.stage(name, note) as stage:
            yield stage
        self.stage_seconds[name] = self.stage_seconds.get(name, 0.0) + monotonic() - begin

    def begin_anew(self) -> None:
        """Counts time from now: what a killed run left has an account of its own, and the next one's cost is apart."""
        self.started_at = datetime.now(UTC)
        self.stage_seconds = {}

    def start_spark(self, *, is_small: bool = False) -> None:
        """Starts Spark where it does not run yet, and imports what handles label models meanwhile."""
        if not self.session.is_started:
            with self.stage("start Spark"), in_background(_import_tracking):
                self.session.start(is_small=is_small)

    def load_champion(self) -> Champion:
        """The label model in force, loaded once; where there is none yet, one is trained. Raises ModelError."""
        from triage.labelling.promotion.first_model import ensure_champion

        if self.champion is None:
            self.champion = ensure_champion(self.session.start(), self.settings)
        return self.champion

    def facts(self) -> RunFacts:
        """What the run's summary needs of it, as it is now."""
        return RunFacts(
            settings=self.settings,
            store=self.store,
            started_at=self.started_at,
            stage_seconds=dict(self.stage_seconds),
            model_version=self.champion.version if self.champion else None,
            model_alerts=self.champion.alerts if self.champion else (),
            policy_version=self.policy.version,
            rules_version=self.rules.version,
            keys=self.keys,
            alert_rules=self.alert_rules,
            model=self._model_facts(),
            model_profile=self.champion.bundle.profile if self.champion and self.champion.bundle else None,
            cores=self.session.cores,
        )

    def _model_facts(self) -> ModelFacts | None:
        if self.champion is None:
            return None
        from triage.labelling.registry.model_facts import model_facts

        champion = self.champion
        return softly("What the label model says of itself could not be read", lambda: model_facts(champion), None)


def _import_tracking() -> None:
    """MLflow is slow to import. It imports nothing of Spark's, which the main thread imports meanwhile."""
    import_module("triage.monitoring.tracking").import_client()
