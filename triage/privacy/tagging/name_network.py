"""The network of the shipped name tagger: its shape, the features of a word, and its weights as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import spacy
from spacy.attrs import LANG, LOWER, PREFIX  # type: ignore[import-not-found] # compiled, without stubs
from thinc.api import NumpyOps, set_current_ops

from triage.privacy.tagging.lexical_class import lexical_class
from triage.privacy.tagging.network import Floats

LABELS = ("LOC", "ORG", "PER")
WIDTH = 96
_ROWS = {"NORM": 12_000, "PREFIX": 4_000, "SUFFIX": 5_000, "SHAPE": 1_000, "LANG": 800, "LOWER": 6_000}
"""Rows of the hashed table of each feature. LANG and LOWER are not what their names say: see `pipeline`."""
_BEGIN_PERSON = frozenset({"B-PER", "U-PER"})
_PREFIX_LETTERS = 3
_ENDING_LETTERS = 5
_MODEL = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": WIDTH,
            "attrs": list(_ROWS),
            "rows": list(_ROWS.values()),
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": WIDTH,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    },
}


def pipeline(language: str) -> Any:
    """The tokenizer of a language with an untrained name tagger; one set of weights serves all languages.

    A word's features are those of spaCy's small packages, with three changes that spaCy allows without code of its
    own: the prefix has three letters; the attribute LANG, which says the same of every word otherwise, holds its
    lexical class in that language; and LOWER, which says what NORM says, holds its last five letters.
    """
    set_current_ops(NumpyOps(use_blis=False))
    made: Any = spacy.blank(language)
    made.vocab.lex_attr_getters[PREFIX] = _prefix
    made.vocab.lex_attr_getters[LOWER] = _ending
    made.vocab.lex_attr_getters[LANG] = partial(lexical_class, language=language)
    component = made.add_pipe("ner", config={"model": _MODEL})
    for label in LABELS:
        component.add_label(label)
    made.initialize()
    return made


def weights(component: Any) -> Iterator[tuple[str, Floats]]:
    """The arrays of a `ner` component, each with the place of its layer and its name there."""
    for place, layer in enumerate(component.model.walk()):
        for name in sorted(layer.param_names):
            if layer.has_param(name):
                yield f"{place}.{name}", layer.get_param(name)


def set_weights(component: Any, arrays: Mapping[str, Floats]) -> None:
    """Puts arrays that `weights` gave into a component. Raises ValueError where names or shapes are other ones."""
    expected = {name: array.shape for name, array in weights(component)}
    if expected != {name: array.shape for name, array in arrays.items()}:
        raise ValueError("the weights are not those of this network")
    for place, layer in enumerate(component.model.walk()):
        for name in layer.param_names:
            if f"{place}.{name}" in arrays:
                layer.set_param(name, np.ascontiguousarray(arrays[f"{place}.{name}"], np.float32))


def add_recall_bias(component: Any, bias: float) -> None:
    """Adds to the scores of the moves that begin a person, so that fewer are missed and more else is taken for one."""
    moves = [component.moves.get_class_name(number) for number in range(component.moves.n_moves)]
    scores = component.model.get_ref("upper")
    added = np.asarray([bias * (move in _BEGIN_PERSON) for move in moves], np.float32)
    scores.set_param("b", scores.get_param("b") + added)


def _prefix(word: str) -> str:
    return word[:_PREFIX_LETTERS].casefold()


def _ending(word: str) -> str:
    return word[-_ENDING_LETTERS:].casefold()
