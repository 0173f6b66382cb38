"""The audit of disclosures: a row in ops/reveals before anything is shown, and the check of the stated reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.refused_looks import look, record_refused_look
from triage.lake.store import Store
from triage.lake.tables import LAKE_KEYS, PSEUDONYMS, REVEALS
from triage.privacy.pseudonyms.data_keys import with_data_keys
from triage.privacy.pseudonyms.keys import load_keys
from triage.privacy.pseudonyms.lake_key import keyed_hash, lake_key
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.token_vault import Entry, unseal_entry
from triage.privacy.stated_reason import is_fit
from triage.rights.search.full_names import spellings
from triage.spark.session import spark_session
from triage.stages.plan import validate_key

Outcome = Literal["shown", "unknown", "wrong_key", "refused"]


class Requested(NamedTuple):
    """What is asked for: the kind and the value that are hashed, and the vault's entry of a token that it knows."""

    entity: str
    value: str
    entry: Entry | None = None


class Audit:
    """One request to see personal data, from the check of the key to the audit row.

    Raises ConfigError for a place without a lake, KeyMaterialError for another key than the lake's, or none; both are
    recorded.
    """

    def __init__(self, settings: Settings, action: Literal["reveal", "export"], reason: str) -> None:
        self.store = Store(lambda: spark_session(settings, action), settings.lake.root)
        require_lake(self.store)
        self.action = action
        try:
            self.keys = load_keys(settings)
        except KeyMaterialError:
            record_refused_look(self.store, action, "no_key")
            raise
        self.reason = "" if is_naming(reason) else reason
        self._stated = reason
        try:
            validate_key(self.store, self.keys)
        except KeyMaterialError:
            self.record("wrong_key", None)
            raise
        self.keys = with_data_keys(self.keys, self.store)
        self.secret = self._lake_key(settings)

    def _lake_key(self, settings: Settings) -> bytes:
        """A lake whose key exists needs no lock, so that a request does not wait for a night's run."""
        if self.store.exists(LAKE_KEYS):
            return lake_key(self.store, self.keys)
        with lake_lock(settings.lake.root):
            return lake_key(self.store, self.keys)

    def token(self, token: str) -> Requested:
        """The request for a token; one that the vault does not know is hashed as it was given."""
        row = next(self.store.rows(PSEUDONYMS, ("entity", "sealed"), token=[token]), None)
        if row is None:
            return Requested("token", token)
        entry = unseal_entry(bytes(row["sealed"]), token, self.keys)
        return Requested(row["entity"], entry.value, entry)

    def address(self, address: str) -> Requested:
        """The request for an address."""
        return Requested("EMAIL_ADDRESS", normalize("EMAIL_ADDRESS", address))

    def validate_reason(self, requested: Requested, values: Iterable[str] = ()) -> None:
        """Checks that the reason states something, and neither the requested value nor one of `values`.

        Raises ConfigError otherwise, after a row without the reason is written.
        """
        if self.reason and not is_naming(self._stated, {*(requested.entry or ()), *values}):
            return
        self.reason = ""
        self.record("refused", requested)
        raise ConfigError(
            "The reason is empty, or names a person.",
            where="--reason",
            remedy="Say why without an address, token or name: a ticket's number is best.",
        )

    def record(self, outcome: Outcome, requested: Requested | None) -> None:
        """Writes the audit row; what is asked for stands in it as a keyed hash."""
        value_hash = requested and keyed_hash(self.secret, requested.entity, requested.value)
        entity = requested.entity if requested and requested.entry else None
        self.store.add(REVEALS, [look(self.action, outcome, self.reason, self.keys.key_id, value_hash, entity)])


def is_naming(reason: str, values: Iterable[str] = ()) -> bool:
    """Whether a reason, which stays in the audit table, holds one of the values, or is not fit (triage.privacy).

    A value counts as a word of its own only: `47` is not in `case 4711`.
    """
    words = {form.casefold() for value in values if value.strip() for form in (value, *spellings(value))}
    has_word = any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", reason.casefold()) for form in words)
    return has_word or not is_fit(reason)
