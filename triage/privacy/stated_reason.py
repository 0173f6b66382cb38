"""The check of a reason that somebody states and that stays in a table: it may name no person."""

from __future__ import annotations

from triage.errors import ConfigError
from triage.privacy.lexicon.stated_names import has_full_name
from triage.privacy.pseudonyms.tokens import TOKEN

LONGEST = 500
"""Characters that are kept of a reason."""


def is_fit(reason: str) -> bool:
    """Whether a reason states something, and holds no address, no token and no full name that the lists know."""
    return bool(reason.strip()) and "@" not in reason and TOKEN.search(reason) is None and not has_full_name(reason)


def require_reason(reason: str | None, *, table: str, example: str) -> str:
    """The reason on one line, cut to `LONGEST` characters. Raises ConfigError for none, or one that names a person.

    `table` is where it stays; `example` is a reason that fits.
    """
    stated = " ".join((reason or "").split())
    if not is_fit(stated):
        what = "The reason seems to name a person: it" if stated else "This needs a reason, which"
        raise ConfigError(
            f"{what} stays in {table} and must name no person.",
            where="--reason",
            remedy=f'Say in a few words why, such as --reason "{example}".',
        )
    return stated[:LONGEST]
