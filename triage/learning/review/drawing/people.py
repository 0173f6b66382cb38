"""Who may review which team's mails, as a draw needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.config import Settings
from triage.learning.corrections.reviewers import load_reviewers, reviewer_token
from triage.learning.review.answers import Answers
from triage.monitoring.performance.corrections import MOVE
from triage.privacy.pseudonyms.keys import Keys


@dataclass(frozen=True, slots=True)
class People:
    """By pseudonym, the teams whose mails a person reviews; empty for all."""

    teams: Mapping[str, tuple[str, ...]]

    def of(self, team: str) -> frozenset[str]:
        """Who may review the mails of a team."""
        return frozenset(who for who, teams in self.teams.items() if not teams or team in teams)


def people_of(settings: Settings, keys: Keys, answers: Answers, since: datetime) -> People:
    """The persons of the reviewers' file; without one, whoever answered since then.

    Raises ConfigError where the file is missing or wrong.
    """
    if settings.learning.corrections.reviewers is None:
        stated = (one for own in answers.values() for one in own if one.source != MOVE)
        return People({one.who: () for one in stated if one.at >= since})
    listed = load_reviewers(settings)
    known = ((name, listed.find(name)) for name in listed.names)
    return People({reviewer_token(name, keys): one.teams for name, one in known if one is not None})
