"""Stores what the help desk tells of mails in gold/status, each change once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.helpdesk.status_file import Change, Rejected
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import ROUTES, SILVER_MAIL, STATUS
from triage.learning.unerased import add_unerased
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.stages.plan import validate_key

_UNKNOWN = "no published mail has this key or Message-ID"
_EARLY = "its time lies before the mail was sent: is the zone right?"
_TOLERANCE = timedelta(days=1)
"""A clock that is wrong, or a zone that a help desk leaves out, makes no more than that."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many changes were added, how many were there already, and the rows that were not stored."""

    added: int
    known: int
    rejected: tuple[Rejected, ...]


def add_status(store: Store, keys: Keys, rows: Iterable[Change | Rejected], source: str) -> Stored:
    """Adds the changes of published mails in one commit; the same file again adds nothing.

    `source` names the help desk. A Message-ID is turned into its pseudonym and not stored. The lake's lock is not
    taken, so nobody waits for a night's run; of a mail that is erased meanwhile nothing is added.

    Raises KeyMaterialError for another key than the lake's, and ConfigError where there is no lake.
    """
    require_lake(store)
    validate_key(store, keys)
    given = list(rows)
    changes = [one for one in given if isinstance(one, Change)]
    mails = _Mails(changes, store, keys)
    early = [one for one in changes if mails.is_early(one)]
    changes = [one for one in changes if one not in early]
    wanted = {row["status_id"]: row for one in changes for row in _rows(one, mails.keys_of(one), source)}
    with store.alone(STATUS):
        stored = {row["status_id"] for row in store.rows(STATUS, ("status_id",), status_id=sorted(wanted))}
        new = [row for name, row in wanted.items() if name not in stored]
        left = {row["mail_key"] for row in add_unerased(store, STATUS, new, keys)}
    gone = {row["mail_key"] for row in new} - left
    unknown = [Rejected(one.row, _UNKNOWN) for one in changes if not set(mails.keys_of(one)) - gone]
    faults = [*(one for one in given if isinstance(one, Rejected)), *unknown, *(Rejected(o.row, _EARLY) for o in early)]
    rejected = sorted(faults, key=lambda one: one.row)
    added = sum(row["mail_key"] in left for row in new)
    return Stored(added, len(wanted) - len(new), tuple(rejected))


class _Mails:
    """The published mails that changes name."""

    def __init__(self, changes: Sequence[Change], store: Store, keys: Keys) -> None:
        self._tokens = {one.message_id: pseudonym("MESSAGE_ID", one.message_id, keys) for one in changes}
        wanted = sorted({one.mail_key for one in changes if one.mail_key})
        self._by_token = _keys_by_token(store, [token for name, token in self._tokens.items() if name])
        named = sorted({*wanted, *(key for found in self._by_token.values() for key in found)})
        found = store.rows(ROUTES, ("mail_key", "sent_at", "received_at"), mail_key=named) if named else ()
        self._begun = {row["mail_key"]: _first_time(row) for row in found}

    def keys_of(self, change: Change) -> Sequence[str]:
        """The mails' keys; several, where a Message-ID stands in several."""
        if change.mail_key:
            return [change.mail_key] if change.mail_key in self._begun else []
        return self._by_token.get(self._tokens[change.message_id], [])

    def is_early(self, change: Change) -> bool:
        """Whether all the mails that it names were sent later, by more than a day."""
        begun = [self._begun.get(key) for key in self.keys_of(change)]
        return bool(begun) and all(one is not None and change.at < one - _TOLERANCE for one in begun)


def _first_time(row: Mapping[str, Any]) -> datetime | None:
    return min(filter(None, (row["sent_at"], row["received_at"])), default=None)


def _keys_by_token(store: Store, tokens: Sequence[str]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    columns = ("mail_key", "message_token")
    for row in store.rows(SILVER_MAIL, columns, message_token=sorted(tokens)) if tokens else ():
        found[row["message_token"]].append(row["mail_key"])
    return found


def _rows(change: Change, mail_keys: Sequence[str], source: str) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    for key in mail_keys:
        content = f"{key} {change.status} {change.at.isoformat()} {source}"
        yield {
            "status_id": hashlib.sha256(content.encode()).hexdigest()[:32],
            "mail_key": key,
            "status": change.status,
            "changed_at": change.at,
            "source": source,
            "added_at": now,
        }
