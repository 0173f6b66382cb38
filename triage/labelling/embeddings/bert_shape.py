"""The shape of a BERT encoder and the names of its tensors, without the packages that write the graph."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

INPUTS, OUTPUT = ("input_ids", "attention_mask", "token_type_ids"), "last_hidden_state"
"""The names by which Spark NLP addresses the model's tensors."""


@dataclass(frozen=True, slots=True)
class BertShape:
    """What cannot be read from the tensors: numbers of layers and heads, width, epsilon."""

    layers: int
    heads: int
    width: int
    epsilon: float


def bert_shape(file: Path) -> BertShape:
    """The shape that a Hugging Face config.json states."""
    stated = json.loads(file.read_text("utf-8"))
    return BertShape(
        layers=stated["num_hidden_layers"],
        heads=stated["num_attention_heads"],
        width=stated["hidden_size"],
        epsilon=stated["layer_norm_eps"],
    )
