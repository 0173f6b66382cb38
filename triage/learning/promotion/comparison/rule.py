"""The rule: a challenger goes live where it is better beyond chance, and nowhere and in nothing much worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.config.learning.promotion import PromotionSettings
from triage.learning.promotion.comparison.first import FirstFigures, first_figures, first_passes
from triage.learning.promotion.comparison.limits import NOT_MEASURED, Cost, Limit, cost_limits, head_limits
from triage.learning.promotion.comparison.overall import Overall, overall
from triage.learning.promotion.comparison.paired import PairedHead, PairedRows
from triage.learning.promotion.comparison.slices import SliceFigures, slice_figures


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the rule reads."""

    overall: Overall
    """Of the heads that both models have."""

    slices: tuple[SliceFigures, ...]
    limits: tuple[Limit, ...]
    new_heads: FirstFigures | None = None
    """Of the heads that the champion does not have; None where there is none."""


def compare(
    rows: PairedRows,
    settings: PromotionSettings,
    *,
    champion: Cost = NOT_MEASURED,
    challenger: Cost = NOT_MEASURED,
    seed: int = 0,
    look: int | None = None,
) -> Comparison:
    """Both models on the same rows, at least one; every head must have a row whose label is known.

    They are compared in the heads that both have, at least one. `look` is as in `confidence_at`.
    """
    common = rows.common()
    if common is None:
        raise ValueError("no head that both models have")
    limits = [limit for head in common.heads for limit in head_limits(head, settings, seed)]
    return Comparison(
        overall(common, settings, seed, look),
        slice_figures(common, settings),
        (*limits, *cost_limits(champion, challenger, settings)),
        _new_heads(rows.new, settings, seed),
    )


def _new_heads(heads: Sequence[PairedHead], settings: PromotionSettings, seed: int) -> FirstFigures | None:
    answers = [(head.truth[head.known], head.challenger.predicted[head.known]) for head in heads]
    return first_figures(answers, settings, seed) if answers else None


def passes(found: Comparison, settings: PromotionSettings) -> tuple[bool, tuple[str, ...]]:
    """Whether the challenger may go live, and why, in sentences with figures."""
    against = tuple(_against(found, settings))
    return (False, against) if against else (True, tuple(_better(found, settings)))


def _against(found: Comparison, settings: PromotionSettings) -> Iterator[str]:
    gain = found.overall.gain
    if found.new_heads is None and gain.low <= 0:
        yield _not_better(found.overall, settings)
    if found.new_heads is not None:
        if gain.high < 0 or gain.value <= -settings.smallest_gain:
            yield f"It has a new head, but is worse in those that the champion has: {_figures(found.overall)}."
        passed, why = first_passes(found.new_heads, settings)
        if not passed:
            yield _of_new(why)
    for one in found.slices:
        if one.worse:
            yield (
                f"It is worse in {one.name}: {one.challenger:.1%} of {one.rows} rows are right, "
                f"of the champion {one.champion:.1%} (p {one.p:.2g}, corrected for {len(found.slices)} slices)."
            )
    for limit in found.limits:
        if not limit.passed:
            yield f"Its {limit.in_words}."


def _not_better(found: Overall, settings: PromotionSettings) -> str:
    figures = _figures(found)
    if found.gain.high < settings.smallest_gain:
        return f"It is not better: {figures}."
    needed = max(found.rows_needed, found.rows + 1)
    return (
        f"It cannot be known yet whether it is better: {figures}. "
        f"A gain of {100 * settings.smallest_gain:g} points needs about {needed:,} rows."
    )


def _better(found: Comparison, settings: PromotionSettings) -> Iterator[str]:
    slices = f"not shown to be worse in any of {len(found.slices)} slices"
    if found.new_heads is None:
        yield f"It is better: {_figures(found.overall)}; and {slices}."
        return
    common = f"not shown to be worse in those that the champion has: {_figures(found.overall)}; {slices}"
    yield f"It has a new head, and is {common}."
    yield _of_new(first_passes(found.new_heads, settings)[1])


def _of_new(why: str) -> str:
    return f"In its new heads: {why[0].lower()}{why[1:]}"


def _figures(found: Overall) -> str:
    gain = found.gain
    points = f"{100 * gain.value:+.1f} points [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]"
    sure = f"at {100 * found.confidence:.4g} % confidence"
    return f"macro-F1 {found.challenger:.3f}, champion {found.champion:.3f}, gain {points} {sure}, {found.rows} rows"
