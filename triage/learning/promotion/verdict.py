"""What the gate found and decided on a version."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from triage.learning.promotion.comparison.first import FirstFigures
from triage.learning.promotion.comparison.rule import Comparison
from triage.learning.promotion.judging.pairing import NONE_LEFT_OUT, LeftOut

Decision = Literal["promoted", "refused", "overridden", "awaits_approval", "on_trial"]
"""`on_trial`: it passed, and labels beside the champion now."""

GATE = "gate"
"""Who decided, where nobody did but the gate."""


@dataclass(frozen=True)
class Opponent:
    """The registered version that the challenger was compared with."""

    model: str
    version: str

    def __str__(self) -> str:
        return f"{self.model} version {self.version}"


@dataclass(frozen=True)
class Verdict:
    """The decision on a version with its evidence; `reasons` are sentences for people."""

    model: str
    version: str
    champion: str | None
    """The version of `model` that was champion when it was compared."""

    opponent: Opponent | None
    """What it was compared with: the champion, or the bundle that decides the head until now."""

    decision: Decision
    reasons: tuple[str, ...]
    comparison: Comparison | None = None
    first: FirstFigures | None = None
    left_out: LeftOut = NONE_LEFT_OUT
    decided_by: str = GATE
    override: str = ""
    """A person's own words in a sentence; they stay in the row's reason only, where an erasure looks for names."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All reasons, a person's first."""
        return (self.override, *self.reasons) if self.override else self.reasons

    @property
    def passed(self) -> bool:
        """Whether the gate let it pass, or a person did."""
        return self.decision != "refused"

    @property
    def goes_live(self) -> bool:
        """Whether the version goes live now."""
        return self.decision in ("promoted", "overridden")

    def overridden(self, by: str, reason: str, *, approval: bool) -> Verdict:
        """The same evidence with a person's decision to promote; it waits where an approval is asked for.

        A version that passes, or waits for approval, needs no override; the reason is kept all the same.
        """
        said = f"{by} promotes it whatever the gate finds, with the reason: {reason.rstrip('.')}. The gate found:"
        passes: Decision = "awaits_approval" if approval else "overridden"
        decision = passes if self.decision == "refused" else self.decision
        return replace(self, decision=decision, override=said, decided_by=by)

    def evidence(self) -> str:
        """All figures as JSON: no text of mails, no mail keys."""
        content = {
            "reasons": list(self.reasons),
            "opponent": None if self.opponent is None else asdict(self.opponent),
            "rows_left_out": asdict(self.left_out),
            "comparison": None if self.comparison is None else asdict(self.comparison),
            "first": None if self.first is None else asdict(self.first),
        }
        return json.dumps(_finite(content), allow_nan=False)


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: null instead."""
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
