"""The check of a reason that somebody states and that stays in a table: it may name no person."""

from __future__ import annotations

from triage.privacy.lexicon.stated_names import has_full_name
from triage.privacy.pseudonyms.tokens import TOKEN


def is_fit(reason: str) -> bool:
    """Whether a reason states something, and holds no address, no token and no full name that the lists know."""
    return bool(reason.strip()) and "@" not in reason and TOKEN.search(reason) is None and not has_full_name(reason)
