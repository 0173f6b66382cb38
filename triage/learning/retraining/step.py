"""What a learning step shares, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import SparkSession

from triage.config import Settings
from triage.labelling.registry.trial import Trial
from triage.lake.store import Store
from triage.learning.guards.outcome import Guarded
from triage.learning.promotion.verdict import Verdict
from triage.learning.retraining.due import Due
from triage.learning.trials.evidence import TrialVerdict
from triage.privacy.pseudonyms.keys import Keys
from triage.progress import Progress


@dataclass(frozen=True)
class Learnt:
    """What a step came to; what is None was not reached."""

    due: Due
    guards: Guarded
    new: int
    """Examples that no training had yet."""

    trial: tuple[Trial, TrialVerdict] | None = None
    training_id: str | None = None
    version: str | None = None
    verdict: Verdict | None = None
    heads_apart: tuple[str, ...] = ()
    """Heads with a model of their own, which learns from its file and not from corrections."""

    not_learnt: tuple[str, ...] = ()
    """Heads that people corrected and the sample lacks, so that nothing could evaluate them."""

    lacking: str = ""
    """A sentence on mails that the gate lacks; empty where it has enough."""


@dataclass(frozen=True)
class Step:
    """What all parts of a step share."""

    settings: Settings
    store: Store
    keys: Keys
    progress: Progress
    now: datetime

    @property
    def spark(self) -> SparkSession:
        """The session."""
        return self.store.spark
