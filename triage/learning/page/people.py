"""The people who get a link."""

from __future__ import annotations

from collections.abc import Sequence

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.learning.corrections.reviewers import SETTING, Reviewers, load_reviewers, reviewer_token
from triage.learning.page.desk.desk import Reviewer
from triage.privacy.pseudonyms.keys import Keys


def people(settings: Settings, names: Sequence[str], team: str | None, keys: Keys) -> tuple[Reviewer, ...]:
    """Those of `names`, else all of the file of reviewers who review the team, else the user of this machine.

    Raises ConfigError for a name that the file does not have, and where nobody is left.
    """
    listed = load_reviewers(settings)
    chosen = list(names) or list(listed.names) or [os_user()]
    found = {one.token: one for one in (_reviewer(name, listed, keys) for name in chosen)}
    fitting = tuple(one for one in found.values() if names or team is None or one.teams is None or team in one.teams)
    if not fitting:
        raise ConfigError("Nobody reviews this team.", where=SETTING, remedy="Give a name with --by, or add the team.")
    return fitting


def _reviewer(name: str, listed: Reviewers, keys: Keys) -> Reviewer:
    found = listed.find(name)
    if found is None:
        raise ConfigError(
            "A person is not in the file of reviewers, or a name is empty or too long.",
            where="--by",
            remedy=f"Add the name to the file of {SETTING}.",
        )
    teams, languages = (frozenset(which) or None for which in (found.teams, found.languages))
    return Reviewer(name, reviewer_token(name, keys), teams, languages)
