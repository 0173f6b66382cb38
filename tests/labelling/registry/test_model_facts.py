"""What monitoring learns of the models in force."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from pyspark.ml import PipelineModel

from triage.labelling.description import HeadDescription, ModelDescription, Provenance, Threshold
from triage.labelling.models import Champion, LoadedModel
from triage.labelling.registry.model_facts import model_facts
from triage.labelling.taxonomy import Head, Taxonomy
from triage.monitoring.view import HeadFacts

HEADS = ("category", "kind", "topics")


def model(name: str, version: str, accuracy: float) -> LoadedModel:
    heads = tuple(
        HeadDescription(
            name=head,
            labels=("one", "other"),
            multi=head == "topics",
            candidate="terms",
            threshold=Threshold(default=0.5),
            metrics={"accuracy": accuracy, "ece": 0.02, "rows": 800.0},
        )
        for head in HEADS
    )
    provenance = Provenance(data="file", data_digest="", rows=1, seed=1, commit="", lock_sha256="", licence="")
    pipeline = cast("PipelineModel", SimpleNamespace())  # nothing is labelled here
    return LoadedModel(name, version, pipeline, ModelDescription(heads=heads, provenance=provenance))


def taxonomy() -> Taxonomy:
    labels = ("one", "other")
    return Taxonomy(heads=tuple(Head(name=name, labels=labels, multi=name == "topics") for name in HEADS))


def test_each_head_has_the_facts_of_the_model_that_decides_it() -> None:
    champion = Champion(model("labels", "4", 0.9), {"kind": model("labels-kind", "2", 0.8)}, taxonomy())
    facts = model_facts(champion)
    assert (facts.name, facts.version) == ("labels", "4")
    assert facts.heads == {
        "category": HeadFacts(0.9, 0.02, 800),
        "kind": HeadFacts(0.8, 0.02, 800),
        "topics": HeadFacts(0.9, None, 800),  # with several labels a mail, the ECE is not that of the best label
    }


def test_without_a_bundle_a_head_gives_the_version() -> None:
    single = {name: model(f"labels-{name}", "7", 0.7) for name in HEADS}
    facts = model_facts(Champion(None, single, taxonomy()))
    assert (facts.name, facts.version, set(facts.heads)) == ("labels-category", "7", set(HEADS))
