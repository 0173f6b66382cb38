"""What a model of all heads is judged on where the lake knows more than the sample, and how often that was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from pyspark.sql import SparkSession

from triage.config import Settings
from triage.labelling.promotion.registration import Registration
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.learning.promotion.decide import Override
from triage.learning.promotion.records import read_decisions
from triage.learning.promotion.verdict import Verdict
from triage.learning.retraining.sets.gate import GateMail, gate_frame, gate_mails
from triage.learning.retraining.sets.material import read_material
from triage.learning.retraining.state import trainings_by_version
from triage.learning.trials.going_live import go_live

_ORIGINS = {"gold": "of the gold set", "audit": "of audits", "random": "drawn at random and held back"}


def decide_on(spark: SparkSession, settings: Settings, made: Registration, override: Override | None) -> Verdict:
    """The decision on a training of jobs/train.py, by its held-out rows.

    A bundle that would take the place of one that learnt from corrections is compared on the lake's mails instead: the
    sample's rows say nothing of what people taught, and a model of the sample alone is better on them by rights.
    """
    store, challenger = Store(spark, settings.lake.root), (made.name, made.version)
    if made.name != settings.mlflow.registered_model or not champion_was_taught(settings):
        return go_live(settings, store, challenger, made.held_out, override=override)
    material = read_material(store)
    mails = gate_mails(material, material.used, settings.learning.guards, datetime.now(UTC))
    look = look_at(settings, store, made.version)
    return go_live(settings, store, challenger, gate_frame(store, mails), override=override, look=look)


def champion_was_taught(settings: Settings) -> bool:
    """Whether the champion of all heads learnt from corrections."""
    champion = ModelRegistry(settings).champion_version(settings.mlflow.registered_model)
    return champion is not None and champion in trainings_by_version(settings)


def look_at(settings: Settings, store: Store, version: str) -> int:
    """The number of versions that were compared with the present champion, this one included.

    Mails of the gate come back at each comparison, so that the gate asks for more confidence each time.
    """
    name = settings.mlflow.registered_model
    champion = ModelRegistry(settings).champion_version(name)
    before = {row["version"] for row in read_decisions(store, model=[name]) if row["champion"] == champion}
    return 1 + len(before - {version})


def too_few(settings: Settings, mails: Sequence[GateMail]) -> str:
    """A sentence on mails that the gate lacks to compare with a champion, and where they come from; empty where none.

    Without them a training would be for nothing: the gate refuses what it cannot compare.
    """
    least = settings.learning.promotion.least_rows
    if len(mails) >= least or ModelRegistry(settings).champion_version(settings.mlflow.registered_model) is None:
        return ""
    counts = Counter(one.origin for one in mails)
    parts = ", ".join(f"{counts[origin]} {words}" for origin, words in _ORIGINS.items())
    return (
        f"The gate can compare models on {len(mails)} mails ({parts}) and needs {least} "
        "(learning.promotion.least_rows): draw mails with jobs/review.py draw and answer them on the page."
    )
