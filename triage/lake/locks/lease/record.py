"""The object of a lease, read and written by conditional requests only."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.errors import ConfigError, TransientError
from triage.lake.locks.holder import Holder
from triage.lake.objects.connection import unanswered

if TYPE_CHECKING:
    from obstore.store import S3Store


@dataclass(frozen=True, slots=True)
class Record:
    """What a lease's object says.

    `lease_id` is of one acquisition and `number` counts its writes, so that no two contents, and no two ETags, are
    equal. `seconds` is how long the lease is valid after each write. A released lease stays as an object that nobody
    holds, because a conditional removal is not offered by every store.
    """

    lease_id: str
    number: int
    is_held: bool
    seconds: float
    holder: Holder

    def to_bytes(self) -> bytes:
        """JSON."""
        state = {"lease_id": self.lease_id, "number": self.number, "is_held": self.is_held, "seconds": self.seconds}
        return json.dumps(state | self.holder.to_json(), indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Raises ValueError, KeyError or TypeError for what is none."""
        state = json.loads(data)
        holder = Holder.from_json(state)
        return cls(
            str(state["lease_id"]), int(state["number"]), bool(state["is_held"]), float(state["seconds"]), holder
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A record with the ETag of its object."""

    record: Record
    e_tag: str


class LeaseObject:
    """The object at `path` of a store."""

    def __init__(self, store: S3Store, path: str, where: str) -> None:
        self._store, self._path, self.where = store, path, where

    def read(self) -> Found | None:
        """The present record; None before the first. Raises TransientError, ConfigError for another object there."""
        from obstore.exceptions import BaseError

        try:
            answer = self._store.get(self._path)
            return Found(Record.from_bytes(bytes(answer.bytes())), answer.meta["e_tag"] or "")
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise ConfigError(
                "An object in the place of a lease is none.",
                where=f"{self.where}/{self._path}",
                remedy="Delete it once no job works on the lake.",
            ) from None
        except (BaseError, OSError) as fault:
            raise self._fault(fault) from None

    def write(self, record: Record, replaced: str | None) -> str | None:
        """Writes the record where the object still has the ETag `replaced` (None: where there is no object).

        Its ETag, or None where somebody else wrote first. A request whose answer was lost, and which the client or the
        caller repeats, meets what itself has written: a record with its own lease_id, which nobody else writes. Raises
        TransientError where it is not known whether the record was written.
        """
        written = self._put(record, replaced)
        if written is not None:
            return written
        found = self.read()
        if found is None or found.record.lease_id != record.lease_id:
            return None
        return found.e_tag if found.record == record else self._put(record, found.e_tag)

    def validate_conditions(self) -> None:
        """A store that ignores If-None-Match or If-Match would give everybody the lease: two writes must fail.

        They go to an object beside the lease's, which must be held. Raises ConfigError, TransientError.
        """
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        path = f"{self._path}.probe"
        try:
            e_tag = self._store.put(path, b"1")["e_tag"]
            self._store.put(path, b"2")
            modes: tuple[Any, ...] = ("create", {"e_tag": e_tag})
            for mode in modes:
                with suppress(AlreadyExistsError, PreconditionError):
                    self._store.put(path, b"3", mode=mode)
                    raise ConfigError(
                        "This object store ignores the conditions of writes (If-None-Match, If-Match).",
                        where=self.where,
                        remedy="Take one that honours them, as Amazon S3 does: without them a lake has no lock there.",
                    )
        except (BaseError, OSError) as fault:
            raise self._fault(fault) from None

    def _put(self, record: Record, replaced: str | None) -> str | None:
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        mode: Any = "create" if replaced is None else {"e_tag": replaced}
        try:
            return self._store.put(self._path, record.to_bytes(), mode=mode)["e_tag"]
        except (AlreadyExistsError, PreconditionError, FileNotFoundError):
            return None
        except (BaseError, OSError) as fault:
            raise self._fault(fault) from None

    def _fault(self, fault: Exception) -> ConfigError | TransientError:
        """Without the client's text, which quotes addresses and answers."""
        kind = type(fault).__name__
        if kind in ("PermissionDeniedError", "UnauthenticatedError"):
            return ConfigError(
                "The object store refuses the lake's lease.",
                where=self.where,
                remedy=f"Allow this job to read and write objects below {self._path.rpartition('/')[0]}/.",
            )
        return unanswered(kind, self.where)
