"""How much each term of a mail supports the suggested label over the runner-up, exactly as the model adds it up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sklearn.utils import murmurhash3_32

from triage.labelling.features.text_fields import TextField
from triage.labelling.plain.mail_terms import SUPPORTED, terms_of, words_of
from triage.labelling.plain.weights import BlockWeights, Floats, ModelWeights
from triage.learning.page.desk.items import Mail
from triage.learning.page.why.reasons import Reason

MOST = 8
"""Terms that are shown."""

SEED = 42
"""Of Spark's HashingTF, which hashes a term's UTF-8 bytes with MurmurHash3 (x86, 32 bits)."""


def reasons(
    model: ModelWeights, mail: Mail, head: str, suggested: str, scores: Mapping[str, float], most: int = MOST
) -> Sequence[Reason]:
    """The strongest terms first; none where the head is not a sum over terms that can be drawn here."""
    about = model.description.head(head)
    fields: Sequence[TextField] = model.description.fields
    if about is None or about.cascade or suggested not in about.labels or not set(fields) <= SUPPORTED:
        return ()
    start = model.description.first_margin(head)
    rival = max((one for one in about.labels if one != suggested), key=lambda one: scores.get(one, 0.0), default=None)
    lead = np.array([float(label == suggested) - float(label == rival) for label in about.labels])
    words = words_of(mail, fields)
    found: dict[str, float] = defaultdict(float)
    for block, weights in model.blocks.items():
        for name, support in _supports(terms_of(block, words), weights, slice(start, start + len(lead)), lead):
            found[name] += support
    ordered = sorted(found.items(), key=lambda one: (-abs(one[1]), one[0]))
    return [_reason(name, support) for name, support in ordered[:most] if abs(support) > 0]


def _supports(
    terms: Sequence[tuple[str, str]], block: BlockWeights, rows: slice, lead: Floats
) -> Iterator[tuple[str, float]]:
    """Name and part of the lead of each term; terms of one hashed place share its part by how often each occurs."""
    places = [murmurhash3_32(term, seed=SEED, positive=False) % len(block.idf) for term, _ in terms]
    counts = Counter(places)
    weighted = {place: count * block.idf[place] for place, count in counts.items()}
    length = float(np.sqrt(sum(value**2 for value in weighted.values()))) or 1.0
    columns = sorted(counts)
    chosen = block.weights[rows][:, columns]
    dense = chosen.toarray() if hasattr(chosen, "toarray") else chosen
    by_place = dict(zip(columns, lead @ dense, strict=True)) if columns else {}
    for (name, place), count in Counter(zip((name for _, name in terms), places, strict=True)).items():
        yield name, float(by_place[place] * weighted[place] / length * count / counts[place])


def _reason(name: str, support: float) -> Reason:
    kind, _, term = name.partition("=")
    return Reason(kind, term, support) if term and " " not in name else Reason("text", name.replace("=", " "), support)
