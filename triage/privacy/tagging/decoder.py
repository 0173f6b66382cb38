"""Entities of token vectors, as spaCy's transition-based recognizer decides, for all tokens of a batch at once.

Its greedy decoder (Lample et al. 2016, with the transitions begin, in, last, unit, out) scores the next token together
with the first and last word of the entity that is open.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from triage.privacy.tagging.network import Floats, maxout, require

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_FEATURES = 3


class Decoder:
    """The decoder of a spaCy `ner` component. Raises UnsupportedNetwork for one with another structure."""

    # Why all tokens can be scored at once. The state has three features: the next token, the first word of the open
    # entity, its last word so far. Where none is open the last two are the constant padding, so the score depends on
    # the token alone and every token is scored as if no entity were open. In an open entity only `in` and `last` of its
    # label may follow, so each entity that would begin is followed to its end, independently of the others. The greedy
    # decoder reads from left to right and is never in two entities: an entity that begins inside an earlier one is one
    # that it would not have begun, and is dropped.

    def __init__(self, component: Any) -> None:
        model = component.model
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        require(model.attrs["has_upper"] and lower.get_dim("nF") == _FEATURES)
        require(not model.attrs["unseen_classes"])
        require(component.cfg["beam_width"] == 1 and lower.get_dim("nP") >= 2)
        weights = lower.get_param("W").transpose(0, 2, 1, 3)  # feature, piece, hidden, input
        self._hidden = weights.shape[2]
        self._features = np.ascontiguousarray(weights.reshape(_FEATURES, -1, weights.shape[3]).transpose(0, 2, 1))
        self._padding = lower.get_param("pad")[0].transpose(0, 2, 1).reshape(_FEATURES, -1)
        self._bias = lower.get_param("b").T.reshape(-1)
        names = [component.moves.get_class_name(number) for number in range(component.moves.n_moves)]
        self._read_transitions(names, upper.get_param("W"), upper.get_param("b"))

    def _read_transitions(self, names: list[str], weights: Floats, bias: Floats) -> None:
        number = {name: place for place, name in enumerate(names)}
        outside = [place for place, name in enumerate(names) if name[0] in "BUO" and name != "U-"]
        self._outside = weights[outside].T.copy(), bias[outside]
        self._labels = [names[place][2:] for place in outside]
        self._begins = np.asarray([names[place][0] == "B" for place in outside])
        self._out = next(place for place, move in enumerate(outside) if names[move] == "O")
        rows = [(number.get(f"I-{label}", 0), number.get(f"L-{label}", 0)) for label in self._labels]
        inside = np.asarray(rows)
        self._inside = weights[inside], bias[inside]

    def entities(self, vectors: Floats, lengths: Ints, is_space: Bools) -> list[tuple[int, int, str]]:
        """(first token, token behind the last, label) of each entity, tokens counted over all docs, in order.

        `vectors` is (tokens, width), `lengths` counts the tokens of each doc, `is_space` marks tokens of white space.
        """
        lasts = np.repeat(np.cumsum(lengths) - 1, lengths)
        first = vectors @ self._features[0] + self._bias
        chosen = self._choose(first, lasts == np.arange(len(vectors)), is_space)
        begun = np.flatnonzero(self._begins[chosen])
        followed = self._follow(begun, chosen, first, vectors, lasts)
        ends = dict(zip(begun.tolist(), followed.tolist(), strict=True))
        entities, behind = [], 0
        for token in np.flatnonzero(chosen != self._out).tolist():
            if token >= behind:
                behind = ends.get(token, token) + 1
                entities.append((token, behind, self._labels[chosen[token]]))
        return entities

    def _choose(self, first: Floats, is_last: Bools, is_space: Bools) -> Ints:
        """The best of begin, unit and out where no entity is open; none begins at the end of a doc or with a blank."""
        weights, bias = self._outside
        scores = maxout(first + self._padding[1] + self._padding[2], self._hidden) @ weights + bias
        scores[np.ix_(is_last, self._begins)] = -np.inf
        chosen: Ints = scores.argmax(axis=1)
        chosen[is_space] = self._out
        return chosen

    def _follow(self, begun: Ints, chosen: Ints, first: Floats, vectors: Floats, lasts: Ints) -> Ints:
        """The last token of the entities that begin at `begun`."""
        ends = begun + 1
        open_ = np.flatnonzero(ends < lasts[begun])
        heads = vectors[begun] @ self._features[1]
        while len(open_):
            at = ends[open_]
            state = maxout(first[at] + heads[open_] + vectors[at - 1] @ self._features[2], self._hidden)
            weights, bias = (part[chosen[begun[open_]]] for part in self._inside)
            scores = np.einsum("nh,nmh->nm", state, weights) + bias
            open_ = open_[scores[:, 0] >= scores[:, 1]]
            ends[open_] += 1
            open_ = open_[ends[open_] < lasts[begun[open_]]]
        return ends
