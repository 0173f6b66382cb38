"""The audit row of a look at personal data that was refused: who asked, when and how, never for what."""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime
from typing import Any, Literal

from triage.cli import os_user
from triage.lake.store import Store
from triage.lake.tables import LEDGER, REVEALS

_log = logging.getLogger(__name__)

Action = Literal["reveal", "export", "query"]
Cause = Literal["refused", "no_key"]


def look(
    action: Action,
    outcome: str,
    reason: str = "",
    key_id: str = "",
    value_hash: str | None = None,
    entity: str | None = None,
) -> dict[str, Any]:
    """The row of ops/reveals for a look at this moment by this user; without a key nothing can be hashed."""
    return {
        "reveal_id": secrets.token_hex(8),
        "revealed_at": datetime.now(UTC),
        "os_user": os_user(),
        "action": action,
        "value_hash": value_hash,
        "entity": entity,
        "reason": reason,
        "key_id": key_id,
        "outcome": outcome,
    }


def record_refused_look(store: Store, action: Action, cause: Cause) -> None:
    """Adds a row to ops/reveals. A look is refused whether or not it can be recorded, so a fault only warns.

    Whoever may not write to the lake cannot add a row: then the refusal is the file system's, and its own audit's.
    """
    row = look(action, cause)
    try:
        if store.exists(LEDGER):  # no table is begun where there is no lake
            store.add(REVEALS, [row])
    except Exception as fault:  # noqa: BLE001 - what the file system or the table refuses
        _log.warning("The refused look could not be recorded in ops/reveals (%s).", type(fault).__name__)
