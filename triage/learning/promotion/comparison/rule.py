"""The rule: a challenger goes live where it is better beyond chance, and nowhere and in nothing much worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.config.learning.promotion import PromotionSettings
from triage.learning.promotion.comparison.limits import NOT_MEASURED, Cost, Limit, cost_limits, head_limits
from triage.learning.promotion.comparison.overall import Overall, overall
from triage.learning.promotion.comparison.paired import PairedRows
from triage.learning.promotion.comparison.slices import SliceFigures, slice_figures


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the rule reads."""

    overall: Overall
    slices: tuple[SliceFigures, ...]
    limits: tuple[Limit, ...]


def compare(
    rows: PairedRows,
    settings: PromotionSettings,
    *,
    champion: Cost = NOT_MEASURED,
    challenger: Cost = NOT_MEASURED,
    seed: int = 0,
) -> Comparison:
    """Both models on the same rows, at least one; every head must have a row whose label is known."""
    limits = [limit for head in rows.heads for limit in head_limits(head, settings, seed)]
    return Comparison(
        overall(rows, settings, seed),
        slice_figures(rows, settings),
        (*limits, *cost_limits(champion, challenger, settings)),
    )


def passes(found: Comparison, settings: PromotionSettings) -> tuple[bool, tuple[str, ...]]:
    """Whether the challenger may go live, and why, in sentences with figures."""
    against = tuple(_against(found, settings))
    return (False, against) if against else (True, (_better(found),))


def _against(found: Comparison, settings: PromotionSettings) -> Iterator[str]:
    if found.overall.gain.low <= 0:
        yield _not_better(found.overall, settings)
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


def _better(found: Comparison) -> str:
    return f"It is better: {_figures(found.overall)}; and worse in none of {len(found.slices)} slices."


def _figures(found: Overall) -> str:
    gain = found.gain
    points = f"{100 * gain.value:+.1f} points [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]"
    return f"macro-F1 {found.challenger:.3f}, champion {found.champion:.3f}, gain {points}, {found.rows} rows"
