"""Which mails of a lake are on hold, and the check that an erasure touches none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.errors import LegalHoldError
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, RAW_MAIL, SILVER_MAIL
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.rights.engine.base import Engine, Scan
from triage.rights.engine.base import Keys as MailKeys
from triage.rights.holds.policy import LegalHold, address_sha256, names
from triage.rights.rows import TOKEN_TABLES
from triage.rights.search.persons import mail_owners
from triage.rights.search.resolve import Resolution


def mails_on_hold(holds: Iterable[LegalHold], engine: Engine, keys: Keys) -> MailKeys:
    """mail_key of all mails that a hold names, or in whose rows a token of somebody occurs whom a hold names.

    Whom a mail without a row in silver/mail is about, such as one in quarantine, is not known: a hold of an address
    or a token therefore covers all of these whose bytes are still stored.
    """
    holds = tuple(holds)
    named = engine.keys({key for hold in holds for key in hold.mail_keys})
    if not any(hold.tokens or hold.address_sha256 for hold in holds):
        return named
    beside = engine.index(TOKEN_TABLES).mails(_tokens(holds, engine.store, keys))
    return named.union(beside).union(_unpublished(engine))


def validate_erasure(holds: Iterable[LegalHold], resolution: Resolution, engine: Engine, keys: Keys) -> None:
    """Checks that no hold forbids an erasure: of a person, of a mail, or of a name in somebody else's mail.

    Raises LegalHoldError, which names the hold and nobody.
    """
    touched = engine.keys(mail_owners(resolution.persons).keys() | resolution.mentions.keys())
    for hold in holds:
        is_named = any(names(hold, person) for person in resolution.persons)
        if is_named or mails_on_hold([hold], engine, keys).meets(touched):
            raise LegalHoldError(
                "A legal hold forbids this erasure; nothing was changed.",
                where=f"legal hold {hold.id}",
                remedy="Erase when the hold has ended and is out of privacy.legal_holds.",
            )


def _unpublished(engine: Engine) -> MailKeys:
    stored = engine.keys_of(Scan(RAW_MAIL, ("mail_key",), present=("sealed", "sealed_member")))
    return stored.minus(engine.keys_of(Scan(SILVER_MAIL, ("mail_key",))))


def _tokens(holds: Sequence[LegalHold], store: Store, keys: Keys) -> set[str]:
    """The tokens of all that the holds name. A hold's hash can only be compared, so each address is opened here."""
    tokens = {token for hold in holds for token in hold.tokens}
    hashes = {one for hold in holds for one in hold.address_sha256}
    rows = store.rows(PSEUDONYMS, ("token", "sealed"), entity=["EMAIL_ADDRESS"]) if hashes else ()
    for row in rows:
        if address_sha256(unseal_entry(bytes(row["sealed"]), row["token"], keys).value) in hashes:
            tokens.add(row["token"])
    return tokens
