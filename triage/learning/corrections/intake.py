"""The steps from a correction that is handed in to its row in gold/corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS
from triage.learning.corrections.facts import Decided, Facts, erased_among, facts_of
from triage.learning.corrections.identity import Identity
from triage.learning.corrections.proposal import SHOWN, Code, Proposal, Rejected, Source
from triage.learning.corrections.reasons import StoredReason, anonymized_reasons
from triage.learning.corrections.reviewers import load_reviewers, reviewer_token
from triage.learning.corrections.undo import Undos
from triage.learning.corrections.validation import Validator, contradictory, is_key
from triage.learning.corrections.vault import remember, remember_reviewers
from triage.privacy.pseudonyms.keys import Keys

_MOST_FILES = 100
_CONTRADICTS = "Leave one label a mail and head in the file."
_TAKEN = "Leave the id out, or give each correction one of its own in all files."
_NOT_OWN = "Who may take back anybody's starts jobs/feedback.py --undo."

Row = dict[str, Any]


class Intake:
    """Corrections that came in one way at one time; `secret` is the lake's own key, which makes their ids.

    Without `undoes_any` a person takes back none but the person's own corrections.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        keys: Keys,
        secret: bytes,
        source: Source,
        *,
        undoes_any: bool = False,
    ) -> None:
        self._store, self._settings, self._keys, self._secret = store, settings, keys, secret
        self._source: Source = source
        self._undoes_any = undoes_any
        self._reviewers, self._taxonomy = load_reviewers(settings), load_taxonomy(settings)
        self._identity = Identity(keys, secret, self._taxonomy, source)
        self._now = datetime.now(UTC)
        self._facts = Facts(frozenset(), frozenset(), frozenset(), {})
        self._known: frozenset[int] = frozenset()

    def validated(self, proposals: Sequence[Proposal]) -> tuple[list[Proposal], list[Rejected]]:
        """What may be stored, and why the rest may not; that undone corrections exist is checked later.

        What is stored already is fine, whatever became of the mail's label or of the settings since.
        """
        new = [one for one in proposals if one.undoes is None]
        self._known = self._identity.known(new, self._store)
        self._facts = facts_of({one.mail_key for one in new if is_key(one.mail_key)}, self._store, self._secret)
        validator = Validator(self._settings, self._taxonomy, self._reviewers, self._facts)
        contradict = contradictory(new)
        fine, rejected = [], []
        for one in proposals:
            fault = None if one.row in self._known else validator.fault(one, self._source, self._now)
            if fault is None and one.row in contradict - self._known:
                fault = Rejected(one.row, Code.CONTRADICTORY, _CONTRADICTS)
            rejected.append(fault) if fault else fine.append(one)
        return fine, rejected

    def reasons(self, fine: Sequence[Proposal]) -> dict[int, StoredReason]:
        """The reasons by row. Those of corrections that are stored already are not read: detection takes seconds."""
        new = [one for one in fine if one.row not in self._known]
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
        stated, taken = self._stated([one for one in fine if one.undoes is None and one.mail_key not in gone], reasons)
        undone, refused = self._undone([one for one in fine if one.undoes is not None], reasons)
        return [*stated, *undone], [*erased, *taken, *refused]

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

    def _stated(
        self, proposals: Sequence[Proposal], reasons: Mapping[int, StoredReason]
    ) -> tuple[list[Row], list[Rejected]]:
        """The new rows, and those whose id another correction has, in the lake or further up in the file."""
        stored = self._identity.stored(proposals, self._store)
        rows, rejected = [], []
        for one in proposals:
            name = self._identity.id_of(one)
            if name not in stored:
                stored[name] = self._identity.content(one)
                rows.append(self._row(one, name, reasons[one.row].text))
            elif not self._identity.is_same(one, stored):
                rejected.append(Rejected(one.row, Code.TAKEN_ID, _TAKEN))
        return rows, rejected

    def _undone(
        self, proposals: Sequence[Proposal], reasons: Mapping[int, StoredReason]
    ) -> tuple[list[Row], list[Rejected]]:
        named = [one.undoes for one in proposals if one.undoes is not None]
        undos = Undos(named, self._store)
        rows, rejected = [], []
        for one, correction_id in zip(proposals, named, strict=True):
            by, target = reviewer_token(one.who, self._keys), undos.find(correction_id)
            if target is None:
                what = "Copy the id whole from gold/corrections."
                rejected.append(Rejected(one.row, Code.UNKNOWN_CORRECTION, what))
            elif not self._undoes_any and target["corrected_by"] != by:
                rejected.append(Rejected(one.row, Code.NOT_OWN, _NOT_OWN))
            else:
                at, why = min(one.at, self._now), reasons[one.row].text
                row = undos.take_back(correction_id, at, by, why, self._identity.named)
                rows += [row] if row else []
        return rows, rejected

    def _row(self, one: Proposal, correction_id: str, reason: str | None) -> Row:
        decided, by = self._decided(one), reviewer_token(one.who, self._keys)
        is_audit = self._facts.answers_audit(one.mail_key, one.head, by, asked=self._source == "page")
        return {
            "correction_id": correction_id,
            "mail_key": one.mail_key,
            "corrected_at": min(one.at, self._now),
            "corrected_by": by,
            "head": one.head,
            "decided": decided.label if decided else None,
            "label": self._identity.label(one),
            "reason": reason,
            "source": "audit" if is_audit else self._source,
            "model_version": decided.model_version if decided else None,
            "undoes": None,
        }

    def _decided(self, one: Proposal) -> Decided | None:
        """What was corrected. The page knows what it showed; all else was validated against what is in force."""
        if self._source in SHOWN and one.was_shown:
            return Decided(one.decided, one.model_version)
        return self._facts.decided.get((one.mail_key, one.head))
