"""The values behind the tokens of corrections, in vault/pseudonyms: by them rotation and erasure reach the rows."""

from __future__ import annotations

from collections.abc import Iterable

from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS
from triage.learning.corrections.reviewers import ENTITY, reviewer_token
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.token_vault import seal_entry

Value = tuple[str, str, str]
"""Token, entity and the value that it stands for."""


def remember(values: Iterable[Value], store: Store, keys: Keys) -> None:
    """Adds the values that the vault does not have; to be called before a row shows their tokens.

    A token without its value would get another one at a rotation than the same person's later ones.
    """
    wanted = {token: (entity, value) for token, entity, value in values}
    if not wanted:
        return
    with store.alone(PSEUDONYMS):
        known = {row["token"] for row in store.rows(PSEUDONYMS, ("token",), token=list(wanted))}
        batch_id = max(1, store.last_batch(PSEUDONYMS))
        rows = [_row(token, *value, batch_id, keys) for token, value in wanted.items() if token not in known]
        if rows:
            store.add(PSEUDONYMS, rows)


def remember_reviewers(names: Iterable[str], store: Store, keys: Keys) -> None:
    """As `remember`, of the persons who correct."""
    remember(((reviewer_token(name, keys), ENTITY, name) for name in names), store, keys)


def _row(token: str, entity: str, value: str, batch_id: int, keys: Keys) -> dict[str, object]:
    _, _, sealed = seal_entry(token, entity, value, keys)
    return {"token": token, "batch_id": batch_id, "entity": entity, "key_id": keys.key_id, "sealed": sealed}
