"""What the guards say of all corrections of a lake, as a training and a draw of the review queue need it."""

from __future__ import annotations

from datetime import datetime

from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.learning.guards.doubts import scanned_heads
from triage.learning.guards.guard import guarded
from triage.learning.guards.outcome import Guarded
from triage.learning.guards.votes import votes_of
from triage.learning.retraining.sets.material import Material
from triage.learning.retraining.sets.others import other_views


def weighed(store: Store, settings: Settings, material: Material, now: datetime) -> Guarded:
    """The material after all guards. The model of the others is fitted only for heads that enough people corrected."""
    options, votes = settings.learning, votes_of(material.corrections)
    scanned = scanned_heads(votes)
    heads = [head for head in load_taxonomy(settings).heads if head.name in scanned]
    views = other_views(store.spark, store, votes, material.facts, heads, settings) if heads else {}
    return guarded(
        material.corrections,
        material.facts,
        material.gold,
        options.guards,
        now,
        views,
        options.corrections.move_weight,
    )
