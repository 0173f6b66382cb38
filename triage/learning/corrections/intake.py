"""The steps from a correction that is handed in to its row in gold/corrections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS
from triage.learning.corrections.facts import Facts, erased_among, facts_of
from triage.learning.corrections.proposal import Code, Proposal, Rejected, Source
from triage.learning.corrections.reasons import StoredReason, anonymized_reasons
from triage.learning.corrections.reviewers import load_reviewers, reviewer_token, spelled
from triage.learning.corrections.undo import Undos
from triage.learning.corrections.validation import Validator, contradictory, label_of
from triage.learning.corrections.vault import remember, remember_reviewers
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import keyed_hash

_ID_DIGITS = 32
_MOST_FILES = 100
_CONTRADICTS = "Leave one label a mail and head in the file."

Row = dict[str, Any]


class Intake:
    """Corrections that came in one way at one time; `secret` is the lake's own key, which makes their ids."""

    def __init__(self, store: Store, settings: Settings, keys: Keys, secret: bytes, source: Source) -> None:
        self._store, self._settings, self._keys, self._secret = store, settings, keys, secret
        self._source: Source = source
        self._reviewers, self._taxonomy = load_reviewers(settings), load_taxonomy(settings)
        self._now = datetime.now(UTC)
        self._facts = Facts(frozenset(), frozenset(), frozenset(), {})

    def validated(self, proposals: Sequence[Proposal]) -> tuple[list[Proposal], list[Rejected]]:
        """What may be stored, and why the rest may not; that undone corrections exist is checked later."""
        new = [one for one in proposals if one.undoes is None]
        self._facts = facts_of({one.mail_key for one in new}, self._store, self._secret)
        validator = Validator(self._settings, self._taxonomy, self._reviewers, self._facts)
        contradict = contradictory(new)
        fine, rejected = [], []
        for one in proposals:
            fault = validator.fault(one, self._source, self._now)
            if fault is None and one.row in contradict:
                fault = Rejected(one.row, Code.CONTRADICTORY, _CONTRADICTS)
            rejected.append(fault) if fault else fine.append(one)
        return fine, rejected

    def reasons(self, fine: Sequence[Proposal]) -> dict[int, StoredReason]:
        """The reasons by row. Those of corrections that are stored already are not read: detection takes seconds."""
        known = self._known([self._id(one) for one in fine if one.undoes is None and one.reason])
        new = [one for one in fine if one.undoes is not None or self._id(one) not in known]
        stored = anonymized_reasons([one.reason for one in new], self._settings, self._keys)
        return {one.row: StoredReason() for one in fine} | {
            one.row: reason for one, reason in zip(new, stored, strict=True)
        }

    def rows(self, fine: Sequence[Proposal], reasons: Mapping[int, StoredReason]) -> tuple[list[Row], list[Rejected]]:
        """The rows that are not stored yet, and what is rejected only now; the table's lock must be held.

        An erasure lists its mails in ops/erasures before it deletes their corrections, under this lock, too: what is
        not listed by now will be deleted with the rest.
        """
        gone = erased_among({one.mail_key for one in fine}, self._store, self._secret)
        erased = [Rejected(one.row, Code.ERASED_MAIL, "Nothing of it is kept.") for one in fine if one.mail_key in gone]
        new = [one for one in fine if one.undoes is None and one.mail_key not in gone]
        ids = {one.row: self._id(one) for one in new}
        known = self._known(list(ids.values()))
        rows: dict[str, Row] = {}
        for one in new:
            if ids[one.row] not in known:
                rows.setdefault(ids[one.row], self._row(one, ids[one.row], reasons[one.row].text))
        undone, rejected = self._undone([one for one in fine if one.undoes is not None], reasons)
        return [*rows.values(), *undone], [*erased, *rejected]

    def write(self, rows: Sequence[Row], fine: Sequence[Proposal], reasons: Mapping[int, StoredReason]) -> None:
        """Adds the rows in one commit, after the values of their tokens; the table's lock must be held."""
        if not rows:
            return
        stored = {row["corrected_by"] for row in rows}
        names = {one.who for one in fine if reviewer_token(one.who, self._keys) in stored}
        remember_reviewers(names, self._store, self._keys)
        remember((value for reason in reasons.values() for value in reason.tokens), self._store, self._keys)
        self._store.add(CORRECTIONS, rows)
        self._store.merge_small_files(CORRECTIONS, _MOST_FILES)  # the page stores one correction a file

    def _undone(
        self, proposals: Sequence[Proposal], reasons: Mapping[int, StoredReason]
    ) -> tuple[list[Row], list[Rejected]]:
        named = [one.undoes for one in proposals if one.undoes is not None]
        undos = Undos(named, self._store)
        rows, rejected = [], []
        for one, correction_id in zip(proposals, named, strict=True):
            if undos.find(correction_id) is None:
                what = "Copy the id whole from gold/corrections."
                rejected.append(Rejected(one.row, Code.UNKNOWN_CORRECTION, what))
                continue
            by = reviewer_token(one.who, self._keys)
            row = undos.take_back(correction_id, min(one.at, self._now), by, reasons[one.row].text, self._named)
            rows += [row] if row else []
        return rows, rejected

    def _row(self, one: Proposal, correction_id: str, reason: str | None) -> Row:
        decided = self._facts.decided.get((one.mail_key, one.head))
        is_audited = (one.mail_key, one.head) in self._facts.audited
        return {
            "correction_id": correction_id,
            "mail_key": one.mail_key,
            "corrected_at": min(one.at, self._now),
            "corrected_by": reviewer_token(one.who, self._keys),
            "head": one.head,
            "decided": decided.label if decided else None,
            "label": self._label(one),
            "reason": reason,
            "source": "audit" if is_audited else self._source,
            "model_version": decided.model_version if decided else None,
            "undoes": None,
        }

    def _label(self, one: Proposal) -> str:
        head = self._taxonomy.find(one.head)
        return (label_of(head, one.label) if head else None) or one.label

    def _id(self, one: Proposal) -> str:
        """Its own, or one that it gets again when it is handed in again.

        A hash under the lake's own key, which no rotation changes: without the key nobody tells the person from it.
        A correction without a time of its own is told apart by person, mail, head, label, way in and export.
        """
        if one.correction_id is not None:
            return one.correction_id
        at = "" if one.is_undated else one.at.astimezone(UTC).isoformat()
        parts = (spelled(one.who), one.mail_key, one.head, self._label(one), self._source, one.export_id or "", at)
        return self._named("\0".join(parts))

    def _named(self, what: str) -> str:
        return keyed_hash(self._secret, "correction", what)[:_ID_DIGITS]

    def _known(self, ids: Sequence[str]) -> set[str]:
        rows: Iterator[Row] = self._store.rows(CORRECTIONS, ("correction_id",), correction_id=ids)
        return {row["correction_id"] for row in rows} if ids else set()
