"""The search for a head's candidate and hyper-parameters: k folds over the training rows, within a budget.

Tree-structured Parzen estimator (Bergstra et al. 2011) by Optuna. Combinations are drawn and their results reported to
Optuna in a fixed order, a few at a time, so that equal rows and seed lead to the same choice however fast the machine
is, as long as the budget of seconds is not what ends the search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

import numpy as np
import optuna
from optuna.trial import Trial

from triage.labelling.candidates.base import Candidate, Flags, Floats, Params, TrainingData
from triage.labelling.evaluation.metrics import difference, score
from triage.labelling.features.training_rows import Texts

_CANDIDATE = "candidate"
_RESAMPLES = 200
_WIDTH = 3.92
"""Standard errors that a 95 % interval is wide."""

_STARTING = 5
"""Combinations drawn at random before the estimator is trusted."""


@dataclass(frozen=True)
class Combination:
    """A candidate with hyper-parameters, and its macro-F1 out of fold."""

    candidate: Candidate
    params: Params
    macro_f1: float
    seconds: float
    held_out: Flags
    """Rows that were held out once, in one of the folds."""
    logits: Floats
    """Of these rows, by fits on the other folds."""


@dataclass(frozen=True)
class SearchResult:
    """The best combination, and all that were tried, in order."""

    best: Combination
    tried: tuple[Combination, ...]
    cut_short: bool
    """Whether the budget of seconds ended it."""


def search(
    data: TrainingData, head: str, candidates: Sequence[Candidate], on_progress: Callable[[str], None]
) -> SearchResult:
    """The best combination for a head by macro-F1 out of fold; `on_progress` is called after each step."""
    budget, begin = data.settings.labelling.search, monotonic()
    study = _study(candidates, data.settings.labelling.seed)
    tried: list[Combination] = []
    with ThreadPoolExecutor(budget.workers) as pool:
        while len(tried) < budget.trials and (not tried or monotonic() - begin < budget.seconds):
            trials = [study.ask() for _ in range(min(budget.workers, budget.trials - len(tried)))]
            chosen = [_choose(trial, candidates) for trial in trials]
            for trial, found in zip(trials, pool.map(lambda one: _try(data, head, *one), chosen), strict=True):
                study.tell(trial, found.macro_f1)
                tried.append(found)
            best = best_combination(data, head, tried)
            on_progress(
                f"{head}: {len(tried)} of {budget.trials} tried, best {best.macro_f1:.3f} ({best.candidate.name})"
            )
    return SearchResult(best_combination(data, head, tried), tuple(tried), len(tried) < budget.trials)


def single_combination(data: TrainingData, head: str, candidate: Candidate, params: Params) -> SearchResult:
    """One combination, scored as in a search."""
    found = _try(data, head, candidate, params)
    return SearchResult(found, (found,), cut_short=False)


def out_of_fold(data: TrainingData, head: str, candidate: Candidate, params: Params) -> tuple[Flags, Floats]:
    """Mask of the rows that were held out once, and their logits by fits on the other folds."""
    rows = data.rows
    use = _searched(data, head)
    logits = np.zeros((len(rows), len(rows.labels[head])))
    for fold in np.unique(rows.fold[use]):
        held_out = use & (rows.fold == fold)
        fitted = candidate.fit(data, head, use & ~held_out, params)
        logits[held_out] = fitted.logits(data, held_out)
    return use, logits[use]


def _study(candidates: Sequence[Candidate], seed: int) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=_STARTING + len(candidates))
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for candidate in candidates:
        study.enqueue_trial({_CANDIDATE: candidate.name})
    return study


def best_combination(data: TrainingData, head: str, tried: Sequence[Combination]) -> Combination:
    """The first combination, unless a later one is better by more than one standard error of the difference.

    One-standard-error rule (Breiman et al. 1984), on paired resamples: among many combinations, the best figure is
    partly luck, and the defaults come first.
    """
    best = tried[0]
    for other in tried[1:]:
        if other.macro_f1 > best.macro_f1 and _significantly_better(data, head, other, best):
            best = other
    return best


def _significantly_better(data: TrainingData, head: str, one: Combination, other: Combination) -> bool:
    predictions = (_predicted(data, head, tried.logits) for tried in (one, other))
    gain = difference(_answers(data, head, one.held_out), *predictions, resamples=_RESAMPLES).macro_f1
    return gain.value > (gain.high - gain.low) / _WIDTH


def _choose(trial: Trial, candidates: Sequence[Candidate]) -> tuple[Candidate, Params]:
    name = trial.suggest_categorical(_CANDIDATE, [candidate.name for candidate in candidates])
    candidate = next(candidate for candidate in candidates if candidate.name == name)
    if trial.number < len(candidates):
        return candidate, candidate.default
    return candidate, candidate.suggest(trial)


def _try(data: TrainingData, head: str, candidate: Candidate, params: Params) -> Combination:
    begin = monotonic()
    use, logits = out_of_fold(data, head, candidate, params)
    found = score(_answers(data, head, use), _predicted(data, head, logits))
    return Combination(candidate, params, found.macro_f1, monotonic() - begin, use, logits)


def _answers(data: TrainingData, head: str, use: Flags) -> Flags | Texts:
    """The labels of the rows of the mask, in the form that metrics take."""
    answers: Flags | Texts = data.rows.truth[head] if head in data.multi else data.rows.answers(head)
    return answers[use]


def _predicted(data: TrainingData, head: str, logits: Floats) -> Flags | Texts:
    """The labels that logits predict, in the same form."""
    if head in data.multi:
        return np.asarray(logits > 0)
    found: Texts = np.array(data.rows.labels[head], dtype=np.str_)[logits.argmax(axis=1)]
    return found


def _searched(data: TrainingData, head: str) -> Flags:
    """The training rows of the search: all, or as many as the settings allow, chosen by seed."""
    rows, most = data.rows, data.settings.labelling.search.rows
    use = rows.training(head)
    if use.sum() <= most:
        return use
    numbers = np.flatnonzero(use)
    chosen = np.random.default_rng(data.settings.labelling.seed).choice(numbers, most, replace=False)
    fewer = np.zeros_like(use)
    fewer[chosen] = True
    return fewer
