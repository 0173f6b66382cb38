"""What a token stands for."""

from __future__ import annotations

from collections.abc import Sequence

from triage.config import Settings
from triage.errors import ConfigError, ContractError
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.tokens import TOKEN
from triage.rights.disclosure.audit import Audit, Requested


def reveal(settings: Settings, token: str, reason: str) -> str:
    """The first spelling of what a token stands for, after the audit row is written.

    Raises ConfigError for what is no token or for a reason that names somebody, KeyMaterialError for another key
    than the lake's, ContractError for a token that the vault does not know; all but the first are recorded.
    """
    if not TOKEN.fullmatch(token):
        raise ConfigError(
            "This is no token.", where="TOKEN", remedy="Give one such as <PERSON_5b21e0_7f3a9c0de1b2a394>."
        )
    audit = Audit(settings, "reveal", reason)
    requested = audit.token(token)
    audit.validate_reason(requested)
    audit.record("shown" if requested.entry else "unknown", requested)
    if requested.entry is None:
        raise ContractError(
            "The vault does not know this token.",
            where="vault/pseudonyms",
            remedy="Copy it whole from a table.",
        )
    return requested.entry.spelling


def record_shown(settings: Settings, terms: Sequence[tuple[str, str]], reason: str) -> None:
    """Writes an audit row for each term (entity, value) of own mail that is about to be shown in clear.

    Raises ConfigError for a reason that is empty or names one of them, after a row without the reason is written, and
    KeyMaterialError for another key than the lake's.
    """
    audit = Audit(settings, "reveal", reason)
    requested = [Requested(entity, normalize(entity, value)) for entity, value in terms]
    for each in requested[:1]:
        audit.validate_reason(each, [value for _, value in terms])
    for each in requested:
        audit.record("shown", each)
