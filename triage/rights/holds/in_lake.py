"""What legal holds keep of the lake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.errors import LegalHoldError
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, RAW_MAIL, SILVER_MAIL
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.rights.holds.policy import LegalHold, address_sha256, names
from triage.rights.search.find import keys_frame, tokens_in_rows
from triage.rights.search.people import Found


def held_mails(holds: Iterable[LegalHold], store: Store, keys: Keys) -> DataFrame:
    """The keys of all mails that a hold names, or in whose rows somebody stands whom a hold names.

    Who stands in a mail without a row in silver/mail, such as one in quarantine, is not known: each hold of an
    address or a token keeps all of these whose bytes are still there.
    """
    holds = tuple(holds)
    named = keys_frame({key for hold in holds for key in hold.mail_keys}, store)
    if not any(hold.tokens or hold.address_sha256 for hold in holds):
        return named
    tokens = keys_frame(_tokens(holds, store, keys), store, "token")
    beside = tokens_in_rows(store).join(f.broadcast(tokens), "token").select("mail_key")
    return named.unionByName(beside).unionByName(_unpublished(store)).distinct()


def refuse_held(holds: Iterable[LegalHold], found: Found, store: Store, keys: Keys) -> None:
    """Raises LegalHoldError, which names the hold and nobody, where one keeps a person or a mail.

    That is a mail that would go, one that would lose a name, or, for a hold of an address or a token, one that
    would and has no row in silver/mail.
    """
    mails = {key for person in found.people for key in person.mail_keys} | found.mentions.keys()
    going = keys_frame(mails, store)
    for hold in holds:
        is_named = any(names(hold, person) for person in found.people)
        if is_named or not held_mails([hold], store, keys).join(going, "mail_key").isEmpty():
            raise LegalHoldError(
                "A legal hold keeps what should be erased; nothing was touched.",
                where=f"legal hold {hold.id}",
                remedy="Erase when the hold has ended and is out of privacy.legal_holds.",
            )


def _unpublished(store: Store) -> DataFrame:
    kept = store.read(RAW_MAIL).where("sealed IS NOT NULL OR sealed_member IS NOT NULL").select("mail_key")
    return kept.join(store.read(SILVER_MAIL), "mail_key", "left_anti")


def _tokens(holds: Sequence[LegalHold], store: Store, keys: Keys) -> set[str]:
    found = {token for hold in holds for token in hold.tokens}
    hashes = {one for hold in holds for one in hold.address_sha256}
    rows = store.read(PSEUDONYMS).where("entity = 'EMAIL_ADDRESS'").toLocalIterator() if hashes else ()
    for row in rows:
        if address_sha256(unseal_entry(bytes(row.sealed), row.token, keys).value) in hashes:
            found.add(row.token)
    return found
