"""The token of a person's address, for lists of pseudonyms such as `vips` of the rule file."""

from __future__ import annotations

from triage.config import Settings
from triage.errors import ConfigError
from triage.privacy.pseudonyms.tokens import token_of
from triage.rights.disclosure.audit import Audit


def address_token(settings: Settings, address: str, reason: str) -> str:
    """What stands in the tables in place of an address, after a row in ops/reveals says who asked, when and why.

    The address is neither stored nor logged; the row has its keyed hash, as that of `reveal` has. Raises ConfigError
    for what is no address or a reason that names somebody, KeyMaterialError for another key than the lake's.
    """
    if address.count("@") != 1 or any(character.isspace() for character in address):
        raise ConfigError("This is no address.", where="standard input", remedy="Give one address, and nothing else.")
    audit = Audit(settings, "reveal", reason)
    requested = audit.address(address)
    audit.validate_reason(requested, [address])
    audit.record("shown", requested)
    return token_of(requested.entity, requested.value, audit.keys)
