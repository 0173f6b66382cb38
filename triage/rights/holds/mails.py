"""Which mails of a lake are on hold, and the check that an erasure touches none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.errors import LegalHoldError
from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, RAW_MAIL, SILVER_MAIL
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.rights.holds.policy import LegalHold, address_sha256, names
from triage.rights.rows import tokens_in_rows
from triage.rights.search.persons import mail_owners
from triage.rights.search.resolve import Resolution


def mails_on_hold(holds: Iterable[LegalHold], store: Store, keys: Keys) -> DataFrame:
    """mail_key of all mails that a hold names, or in whose rows a token of somebody occurs whom a hold names.

    Whom a mail without a row in silver/mail is about, such as one in quarantine, is not known: a hold of an address
    or a token therefore covers all of these whose bytes are still stored.
    """
    holds = tuple(holds)
    named = keys_frame({key for hold in holds for key in hold.mail_keys}, store)
    if not any(hold.tokens or hold.address_sha256 for hold in holds):
        return named
    tokens = keys_frame(_tokens(holds, store, keys), store, "token")
    beside = tokens_in_rows(store).join(f.broadcast(tokens), "token").select("mail_key")
    return named.unionByName(beside).unionByName(_unpublished(store)).distinct()


def validate_erasure(holds: Iterable[LegalHold], resolution: Resolution, store: Store, keys: Keys) -> None:
    """Checks that no hold forbids an erasure: of a person, of a mail, or of a name in somebody else's mail.

    Raises LegalHoldError, which names the hold and nobody.
    """
    touched = keys_frame(mail_owners(resolution.persons).keys() | resolution.mentions.keys(), store)
    for hold in holds:
        is_named = any(names(hold, person) for person in resolution.persons)
        if is_named or not mails_on_hold([hold], store, keys).join(touched, "mail_key").isEmpty():
            raise LegalHoldError(
                "A legal hold forbids this erasure; nothing was changed.",
                where=f"legal hold {hold.id}",
                remedy="Erase when the hold has ended and is out of privacy.legal_holds.",
            )


def _unpublished(store: Store) -> DataFrame:
    stored = store.read(RAW_MAIL).where("sealed IS NOT NULL OR sealed_member IS NOT NULL").select("mail_key")
    return stored.join(store.read(SILVER_MAIL), "mail_key", "left_anti")


def _tokens(holds: Sequence[LegalHold], store: Store, keys: Keys) -> set[str]:
    """The tokens of all that the holds name. A hold's hash can only be compared, so each address is opened here."""
    tokens = {token for hold in holds for token in hold.tokens}
    hashes = {one for hold in holds for one in hold.address_sha256}
    rows = store.read(PSEUDONYMS).where("entity = 'EMAIL_ADDRESS'").toLocalIterator() if hashes else ()
    for row in rows:
        if address_sha256(unseal_entry(bytes(row.sealed), row.token, keys).value) in hashes:
            tokens.add(row.token)
    return tokens
