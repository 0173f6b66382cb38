"""The sentence embeddings that the settings name: whether they can be used, and their stages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyspark.ml import Transformer

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.embeddings.annotator import PRETRAINED, embedding_stages
from triage.labelling.embeddings.minilm import check_folder
from triage.labelling.features.blocks import SENTENCES
from triage.labelling.features.terms import PLAIN


def missing_sentences(settings: Settings) -> str:
    """Why candidates with sentence embeddings cannot be tried here; empty where they can."""
    source = settings.labelling.embeddings
    if source.startswith(PRETRAINED):
        return ""
    try:
        check_folder(Path(source))
    except ModelError:
        return "sentence embeddings are not installed (jobs/embeddings.py does it)"
    return ""


def sentence_stages(settings: Settings) -> Sequence[Transformer]:
    """`PLAIN` to `sentences_features`. Raises ModelError when the embeddings are missing or changed."""
    options = settings.labelling
    return embedding_stages(
        options.embeddings, text=PLAIN, output=f"{SENTENCES}_features", tokens=options.embedding_tokens
    )
