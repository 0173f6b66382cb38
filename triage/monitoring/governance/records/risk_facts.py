"""What the AI risk sheet is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.config import Settings
from triage.monitoring.governance.approvals import Approval
from triage.monitoring.governance.document import Row
from triage.monitoring.governance.figures import LakeFigures
from triage.monitoring.governance.in_force import InForce


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What the risk sheet is made of; `software` are name and version of the packages that decide."""

    settings: Settings
    in_force: InForce
    approvals: Sequence[Approval]
    figures: LakeFigures
    software: tuple[Row, ...]


def unless(given: object, setting: str) -> str:
    """What to set where nothing is given; empty where something is."""
    return "" if given else f"Set {setting}; an entry none states that there is nothing."
