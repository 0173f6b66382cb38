"""Clusters of mails by their words, and their names.

Mails become TF-IDF vectors of words, 50 dimensions of them by a truncated singular value decomposition (latent semantic
analysis, Deerwester et al. 1990), and HDBSCAN finds dense regions of any number and leaves the rest out (Campello,
Moulavi & Sander 2013). A cluster is named by the words that set it apart: class-based TF-IDF (Grootendorst 2022), over
words that several senders use and nobody is called by, since a name must lead to no person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.learning.topics.mails import TopicMail
from triage.monitoring.drift.term_words import SampledMail, sample_words

DIMENSIONS = 50
WORDS = 5
"""Words of a name."""

_EXAMPLES = 5
_LEAST_WORDS = 3
_SEED = 7

IsName = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Mails about one thing: how many and of how many senders, words that set it apart, the keys nearest its centre."""

    mails: tuple[TopicMail, ...]
    words: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def senders(self) -> int:
        """Known senders."""
        return len({mail.sender for mail in self.mails if mail.sender})


def find_clusters(mails: Sequence[TopicMail], fewest: int, is_name: IsName) -> list[Cluster]:
    """Clusters of at least `fewest` mails, the largest first; none where there are too few mails or words."""
    told = [mail for mail in mails if len(mail.words) >= _LEAST_WORDS]
    if len(told) < 2 * fewest:
        return []
    vectors = _vectors(told)
    if vectors is None:
        return []
    found = _labels(vectors, fewest)
    names = _names(told, found, is_name)
    clusters = [_cluster(told, vectors, found == number, names[number]) for number in range(found.max() + 1)]
    return sorted(clusters, key=lambda one: -len(one.mails))


def _vectors(mails: Sequence[TopicMail]) -> npt.NDArray[np.float64] | None:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    words = TfidfVectorizer(analyzer=lambda mail: mail.words, min_df=3, max_df=0.5, sublinear_tf=True)
    try:
        counts = words.fit_transform(mails)
    except ValueError:  # no word is in three mails
        return None
    if counts.shape[1] <= DIMENSIONS:
        return np.asarray(counts.toarray(), dtype=np.float64)
    reduced = TruncatedSVD(DIMENSIONS, random_state=_SEED).fit_transform(counts)
    return np.asarray(normalize(reduced), dtype=np.float64)


def _labels(vectors: npt.NDArray[np.float64], fewest: int) -> npt.NDArray[np.int64]:
    from sklearn.cluster import HDBSCAN

    found = HDBSCAN(min_cluster_size=fewest, min_samples=max(2, fewest // 3), copy=True).fit_predict(vectors)
    return np.asarray(found, dtype=np.int64)


def _names(mails: Sequence[TopicMail], found: npt.NDArray[np.int64], is_name: IsName) -> list[tuple[str, ...]]:
    """Of each cluster, the words of the highest class-based TF-IDF."""
    allowed = sample_words(SampledMail(mail.sender, " ".join(mail.words)) for mail in mails)
    place = {word: number for number, word in enumerate(sorted(w for w in allowed if not is_name(w)))}
    counts = np.zeros((found.max() + 1, len(place)))
    for mail, cluster in zip(mails, found, strict=True):
        for word in set(mail.words) & place.keys() if cluster >= 0 else ():
            counts[cluster, place[word]] += 1
    share = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    mean = counts.sum() / max(1, len(counts))
    weight = share * np.log(1 + mean / np.maximum(1, counts.sum(axis=0)))
    words = list(place)
    return [tuple(words[n] for n in np.argsort(-row)[:WORDS] if row[n] > 0) for row in weight]


def _cluster(
    mails: Sequence[TopicMail], vectors: npt.NDArray[np.float64], own: npt.NDArray[np.bool_], words: tuple[str, ...]
) -> Cluster:
    members = np.flatnonzero(own)
    nearest = members[np.argsort(-(vectors[members] @ vectors[members].mean(axis=0)), kind="stable")]
    examples = tuple(mails[number].mail_key for number in nearest[:_EXAMPLES])
    return Cluster(tuple(mails[int(number)] for number in members), words, examples)
