"""What checked mails say of a model on trial, head by head, and the verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from triage.config.learning.trials import TrialSettings
from triage.learning.trials.sequential import worse_pairs, worse_share
from triage.monitoring.performance.corrections import AUDIT, in_force

Outcome = Literal["worse", "better", "enough", "open"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A head's answers on a mail that a person checked in a random audit; an abstention is not right."""

    at: datetime
    champion_right: bool
    challenger_right: bool
    by_challenger: bool
    """Whether the challenger decided the mail."""


@dataclass(frozen=True, slots=True)
class HeadEvidence:
    """Checked mails of a head, those on which exactly one model was right, and always-valid p-values."""

    head: str
    mails: int
    champion_alone: int
    challenger_alone: int
    p_worse: float
    """Of: the challenger is not worse."""
    p_better: float
    """Of: the challenger is not better."""


@dataclass(frozen=True, slots=True)
class TrialVerdict:
    """What a trial has come to; `mails` are checked mails."""

    outcome: Outcome
    heads: tuple[HeadEvidence, ...]
    mails: int
    reason: str


def checked_answers(
    shadow: Iterable[Mapping[str, Any]], corrections: Sequence[Mapping[str, Any]], version: str, champion: str | None
) -> dict[str, list[Checked]]:
    """By head, in the order of the checks: `shadow` are rows of gold/shadow_labels, `version` the one on trial.

    Rows with an earlier champion than the one in force say nothing of the two, and are left out.
    Only audits count: they are drawn at random, whatever the models say. Other mails are chosen by the champion's
    doubts, and would compare the two where it is weakest.
    """
    rows = [row for row in corrections if row["source"] == AUDIT]
    truth = {(row["mail_key"], row["head"]): row for row in in_force(rows)}
    found: defaultdict[str, list[Checked]] = defaultdict(list)
    for row in shadow:
        answer = truth.get((row["mail_key"], row["head"]))
        if answer is not None and {row["model_version"], row["other_version"]} == {version, champion}:
            found[row["head"]].append(_checked(row, answer, version))
    return {head: sorted(own, key=lambda one: one.at) for head, own in sorted(found.items())}


def _checked(row: Mapping[str, Any], answer: Mapping[str, Any], version: str) -> Checked:
    decided, other = row["label"] == answer["label"], row["other_label"] == answer["label"]
    swapped = row["model_version"] == version
    champion, challenger = (other, decided) if swapped else (decided, other)
    return Checked(answer["corrected_at"], champion, challenger, swapped)


def judge(
    answers: Mapping[str, Sequence[Checked]], settings: TrialSettings, *, with_arms: bool, days: int = 0
) -> TrialVerdict:
    """The verdict after so many days; the error rates are shared out among heads and tests (Bonferroni).

    `with_arms` also compares the mails that each of the two decided, as an A/B test does: there people saw the
    suggestion of the one that decided.
    """
    tests = max(1, len(answers)) * (2 if with_arms else 1)
    heads = tuple(_evidence(head, own, with_arms=with_arms) for head, own in answers.items())
    mails = max((one.mails for one in heads), default=0)
    worse = [one.head for one in heads if one.p_worse <= settings.false_stops / tests]
    better = [one.head for one in heads if one.p_better <= settings.false_wins / tests]
    if worse:
        return TrialVerdict("worse", heads, mails, f"It is worse in {', '.join(worse)}.")
    if better:
        return TrialVerdict(
            "better", heads, mails, f"It is better in {', '.join(better)}, and not shown to be worse in any head."
        )
    if mails >= settings.most_mails or days >= settings.most_days:
        seen = f"After {mails} checked mails in {days} days it is not shown to be better or worse."
        return TrialVerdict("enough", heads, mails, seen)
    so_far = f"{mails} of at most {settings.most_mails} checked mails, day {days} of at most {settings.most_days}"
    return TrialVerdict("open", heads, mails, f"{so_far}: no verdict yet.")


def _evidence(head: str, answers: Sequence[Checked], *, with_arms: bool) -> HeadEvidence:
    alone = [one.challenger_right for one in answers if one.champion_right != one.challenger_right]
    worse, better = worse_pairs(alone).p_value, worse_pairs(not one for one in alone).p_value
    if with_arms:
        blocks = list(_by_day(answers))
        worse = min(worse, worse_share(blocks).p_value)
        better = min(better, worse_share((c, d, a, b) for a, b, c, d in blocks).p_value)
    return HeadEvidence(head, len(answers), len(alone) - sum(alone), sum(alone), worse, better)


def _by_day(answers: Sequence[Checked]) -> Iterable[tuple[int, int, int, int]]:
    """Right and wrong answers of the champion on its own mails, and of the challenger on its own, day by day."""
    days: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in answers:
        right = one.challenger_right if one.by_challenger else one.champion_right
        days[one.at.date()][2 * one.by_challenger + (not right)] += 1
    return ((day[0], day[1], day[2], day[3]) for _, day in sorted(days.items()))
