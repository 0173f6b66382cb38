"""What legal holds keep of the lake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.errors import LegalHoldError
from triage.privacy.holds import LegalHold, address_sha256, names
from triage.privacy.keys import Keys
from triage.privacy.subjects import Person
from triage.privacy.token_vault import unseal_entry
from triage.stages.find import keys_frame, tokens_in_rows
from triage.store import Store
from triage.tables import PSEUDONYMS


def held_mails(holds: Iterable[LegalHold], store: Store, keys: Keys) -> DataFrame:
    """The keys of all mails that a hold names, or in whose rows somebody stands whom a hold names."""
    holds = tuple(holds)
    named = keys_frame({key for hold in holds for key in hold.mail_keys}, store)
    tokens = _tokens(holds, store, keys)
    if not tokens:
        return named
    beside = tokens_in_rows(store).join(f.broadcast(keys_frame(tokens, store, "token")), "token")
    return named.unionByName(beside.select("mail_key")).distinct()


def refuse_held(holds: Iterable[LegalHold], people: Sequence[Person], store: Store, keys: Keys) -> None:
    """Raises LegalHoldError, which names the hold and nobody, where one keeps a person or a mail that would go."""
    going = keys_frame({key for person in people for key in person.mail_keys}, store)
    for hold in holds:
        is_named = any(names(hold, person) for person in people)
        if is_named or not held_mails([hold], store, keys).join(going, "mail_key").isEmpty():
            raise LegalHoldError(
                "A legal hold keeps what should be erased; nothing was touched.",
                where=f"legal hold {hold.id}",
                remedy="Erase when the hold has ended and is out of privacy.legal_holds.",
            )


def _tokens(holds: Sequence[LegalHold], store: Store, keys: Keys) -> set[str]:
    found = {token for hold in holds for token in hold.tokens}
    hashes = {one for hold in holds for one in hold.address_sha256}
    rows = store.read(PSEUDONYMS).where("entity = 'EMAIL_ADDRESS'").toLocalIterator() if hashes else ()
    for row in rows:
        if address_sha256(unseal_entry(bytes(row.sealed), row.token, keys).value) in hashes:
            found.add(row.token)
    return found
