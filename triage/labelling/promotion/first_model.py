"""The label models that a run needs: those in force, or the first ones."""

from __future__ import annotations

from pyspark.sql import SparkSession

from triage.config import Settings
from triage.labelling.registry.champion import champion_in_force
from triage.labelling.registry.registry import Champion, ModelRegistry
from triage.labelling.taxonomy import Taxonomy, load_taxonomy


def ensure_champion(spark: SparkSession, settings: Settings) -> Champion:
    """The models in force; with none, a bundle is trained on the sample's gold, registered and promoted.

    What is refused and what stands in is told in the champion's alerts. Raises ModelError when no good
    bundle is left.
    """
    taxonomy, registry = load_taxonomy(settings), ModelRegistry(settings)
    return champion_in_force(
        registry, taxonomy, settings, lambda: _first(spark, settings, taxonomy, registry)
    )


def _first(spark: SparkSession, settings: Settings, taxonomy: Taxonomy, registry: ModelRegistry) -> str:
    from triage.labelling.promotion.promotion import train_first  # what learns takes seconds to import

    return train_first(spark, settings, taxonomy, registry)
