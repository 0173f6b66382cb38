"""Which corrections are one and the same: their ids, and what is stored under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import NamedTuple

from triage.labelling.taxonomy import Taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS
from triage.learning.corrections.proposal import Proposal, Source
from triage.learning.corrections.reviewers import reviewer_token, spelled
from triage.learning.corrections.validation import is_name, label_of
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import keyed_hash

_ID_DIGITS = 32
_COLUMNS = ("correction_id", "mail_key", "head", "label", "corrected_by", "undoes")


class Content(NamedTuple):
    """What a correction says: two that have one id and not one content are different corrections."""

    mail_key: str
    head: str
    label: str
    who: str
    """The person's token."""
    undoes: str | None = None


class Identity:
    """Names the corrections that came in one way; `secret` is the lake's own key."""

    def __init__(self, keys: Keys, secret: bytes, taxonomy: Taxonomy, source: Source) -> None:
        self._keys, self._secret, self._taxonomy, self._source = keys, secret, taxonomy, source

    def id_of(self, one: Proposal) -> str:
        """Its own, or one that it gets again when it is handed in again.

        A hash under the lake's own key, which no rotation changes: without the key nobody tells the person from it.
        A correction without a time of its own is told apart by person, mail, head, label, way in and export. A move is
        by its turn, since its time is that of the export's files: the same export, unpacked again, has other times.
        """
        if one.correction_id is not None:
            return one.correction_id
        is_timeless = one.is_undated or self._source == "move"
        at = "" if is_timeless else one.at.astimezone(UTC).isoformat()
        parts = (spelled(one.who), one.mail_key, one.head, self.label(one), self._source, one.export_id or "", at)
        return self.named("\0".join(parts))

    def named(self, what: str) -> str:
        """An id that is the same for the same text."""
        return keyed_hash(self._secret, "correction", what)[:_ID_DIGITS]

    def label(self, one: Proposal) -> str:
        """The label as the taxonomy spells it."""
        head = self._taxonomy.find(one.head)
        return (label_of(head, one.label) if head else None) or one.label

    def content(self, one: Proposal) -> Content:
        """What the correction says, to be compared with what is stored under its id."""
        return Content(one.mail_key, one.head, self.label(one), reviewer_token(one.who, self._keys))

    def stored(self, proposals: Iterable[Proposal], store: Store) -> dict[str, Content]:
        """What is stored under the ids of these corrections."""
        ids = sorted({name for name in map(self.id_of, proposals) if is_name(name)})
        rows = store.rows(CORRECTIONS, _COLUMNS, correction_id=ids) if ids else iter(())
        return {row["correction_id"]: Content(*(row[name] for name in _COLUMNS[1:])) for row in rows}

    def known(self, proposals: Sequence[Proposal], store: Store) -> frozenset[int]:
        """The rows of those that are stored already; one with a time without a zone never is."""
        zoned = [one for one in proposals if one.at.tzinfo is not None]
        stored = self.stored(zoned, store)
        return frozenset(one.row for one in zoned if self.is_same(one, stored))

    def is_same(self, one: Proposal, stored: Mapping[str, Content]) -> bool:
        """Whether it is among these; an id of ours is a hash of the content, and that of its sender says nothing."""
        found = stored.get(self.id_of(one))
        return found is not None and (one.correction_id is None or found == self.content(one))
