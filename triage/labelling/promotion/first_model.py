"""The label models that a run needs: those in force, or the first ones."""

from __future__ import annotations

from pyspark.sql import SparkSession

from triage.config import Settings
from triage.labelling.registry.champion import champion_in_force
from triage.labelling.registry.model_registry import Champion, ModelRegistry
from triage.labelling.taxonomy import Taxonomy, load_taxonomy


def ensure_champion(spark: SparkSession, settings: Settings) -> Champion:
    """The models in force; with none, a bundle trained on the sample's gold is registered and promoted.

    What is refused and what stands in is told in the champion's alerts. Raises ModelError when no good
    bundle is left.
    """
    taxonomy, registry = load_taxonomy(settings), ModelRegistry(settings)
    return champion_in_force(registry, taxonomy, settings, lambda: _first(spark, settings, taxonomy, registry))


def _first(spark: SparkSession, settings: Settings, taxonomy: Taxonomy, registry: ModelRegistry) -> str:
    """A first version, registered but not yet the champion.

    It is a copy of the environment's model, which is trained where there is none.
    """
    # Most runs find a champion, and need not import this.
    from triage.labelling.promotion.environment_models import exclusive, find_place, read_model, write_model

    name, place = settings.mlflow.registered_model, find_place(settings, taxonomy)
    if stored := read_model(place):
        return registry.register_stored(name, stored)
    with exclusive(place):
        if stored := read_model(place):  # another run trained it meanwhile
            return registry.register_stored(name, stored)
        from triage.labelling.promotion.bundle import train_first  # imports scikit-learn: seconds

        trained, cards = train_first(spark, settings, taxonomy)
        stored = write_model(place, trained, cards, settings)
    return registry.register_stored(name, stored) if stored else registry.register(name, trained, cards, gated=False)
