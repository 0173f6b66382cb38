"""What an epoch reads: neighbouring sentences of all corpora by their weights, and made lines of mail."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from triage.privacy.name_training.corpora import Corpus
from triage.privacy.name_training.mail_lines import mail_lines
from triage.privacy.name_training.marked_text import MarkedText, joined
from triage.privacy.name_training.noise import noisy

_NEIGHBOURS = (1, 2, 3, 4)
_LINE_SHARE = 0.25
"""Share of the texts that are lines of mail."""


def epoch_texts(
    sentences: Mapping[Corpus, Sequence[MarkedText]], languages: Sequence[str], draw: random.Random, count: int
) -> list[MarkedText]:
    """About `count` texts with noise, in random order."""
    total = sum(corpus.weight * len(own) for corpus, own in sentences.items())
    texts = [
        text
        for corpus, own in sentences.items()
        for text in _drawn(own, draw, round(count * (1 - _LINE_SHARE) * corpus.weight * len(own) / total))
    ]
    for language in languages:
        texts += mail_lines(language, draw, round(count * _LINE_SHARE / len(languages)))
    draw.shuffle(texts)
    return [noisy(text, draw) for text in texts]


def _drawn(sentences: Sequence[MarkedText], draw: random.Random, count: int) -> Iterator[MarkedText]:
    for _ in range(count):
        first = draw.randrange(len(sentences))
        yield joined(sentences[first : first + draw.choice(_NEIGHBOURS)], draw.choice(" \n"))
