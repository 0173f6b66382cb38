"""What the models in force say of themselves, for monitoring: accuracy and calibration on held-out rows, by head."""

from __future__ import annotations

from triage.labelling.description import HeadDescription
from triage.labelling.models import Champion
from triage.monitoring.view import HeadFacts, ModelFacts


def model_facts(champion: Champion) -> ModelFacts:
    """Name and version of the bundle, and the facts of each head from whichever model decides it.

    Without a bundle the first head's model gives the name and the version.
    """
    parts = list(champion.parts)
    first = champion.bundle or parts[0][0]
    heads = {
        about.name: _head_facts(about)
        for model, names in parts
        for about in model.description.heads
        if about.name in names
    }
    return ModelFacts(first.name, first.version, heads)


def _head_facts(about: HeadDescription) -> HeadFacts:
    """None for what a head with several labels a mail was not measured for: its ECE is that of every label's flag."""
    metrics = about.metrics
    error = None if about.multi else metrics.get("ece")
    return HeadFacts(metrics.get("accuracy"), error, int(metrics.get("rows", 0)))
