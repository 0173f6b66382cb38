"""The ways to decide a head. A new one is a file here and a line in `CANDIDATES`."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping, Sequence

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.candidates.base import Candidate
from triage.labelling.candidates.cascade import CascadeCandidate
from triage.labelling.candidates.linear import BOTH, EMBEDDED, TERMS
from triage.labelling.candidates.scikit_learn import ScikitLearnCandidate
from triage.labelling.candidates.terms_spark import TermsSparkCandidate
from triage.labelling.candidates.word2vec import Word2VecCandidate
from triage.labelling.description import LINEAR

_log = logging.getLogger(__name__)

CANDIDATES: Mapping[str, Candidate] = {
    candidate.name: candidate
    for candidate in (
        TERMS,
        EMBEDDED,
        BOTH,
        CascadeCandidate(),
        TermsSparkCandidate(),
        Word2VecCandidate(),
        ScikitLearnCandidate(),
    )
}
"""By name."""


def chosen_candidates(settings: Settings, heads: int = 1) -> list[Candidate]:
    """Those of `labelling.search.candidates` that can be tried here; the others are logged with the reason.

    Raises ConfigError for an unknown name, when none can be tried, or for one that cannot share a model where several
    heads are trained together.
    """
    named = [_named(name) for name in settings.labelling.search.candidates]
    if heads > 1:
        _check_shared(named)
    faults = {candidate.name: candidate.missing(settings) for candidate in named}
    for name, fault in faults.items():
        if fault:
            _log.warning("Candidate %s is left out: %s.", name, fault)
    usable = [candidate for candidate in named if not faults[candidate.name]]
    if not usable:
        raise ConfigError(
            "No candidate can be trained here.",
            where="labelling.search.candidates",
            remedy="Name at least `terms`, which needs nothing else.",
        )
    return usable


def _check_shared(candidates: Sequence[Candidate]) -> None:
    alone = [candidate.name for candidate in candidates if candidate.family != LINEAR]
    if alone:
        raise ConfigError(
            f"{alone[0]} makes a model of one head, and several heads are trained together.",
            where=f"labelling.search.candidates: {', '.join(alone)}",
            remedy="Leave it out, or train a head by itself with jobs/train.py --labelled --head.",
        )


def _named(name: str) -> Candidate:
    if name not in CANDIDATES:
        near = difflib.get_close_matches(name, CANDIDATES, n=1)
        raise ConfigError(
            "There is no such candidate.",
            where=f"labelling.search.candidates: {name}",
            remedy=f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(CANDIDATES)}.",
        )
    return CANDIDATES[name]
