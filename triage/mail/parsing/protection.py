"""How a message is protected: signed or encrypted, by S/MIME (RFC 8551) or OpenPGP (RFC 3156 and 9580).

What is said is said by the message's form alone: no signature is verified, and nothing is decrypted.
"""

from __future__ import annotations

import re
from email.message import Message
from typing import cast

from triage.mail.parsing.headers import parameter
from triage.mail.parsing.parsed import Protection, Scheme

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PROTOCOLS: dict[str, Scheme] = {
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pgp-signature": "pgp",
    "application/pgp-encrypted": "pgp",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
}
_ARMOUR = re.compile(r"^-----BEGIN PGP (SIGNED )?MESSAGE-----[ \t]*$", re.MULTILINE)


def protection(root: Message, text: str) -> Protection:
    """The protection of a message and its parts, messages attached to it left out; and of OpenPGP within its text."""
    found, parts = Protection(), [root]
    while parts:
        part = parts.pop()
        found = found.with_more(_of_part(part))
        if part.is_multipart() and not part.get_content_type().startswith("message/"):
            parts += cast("list[Message]", part.get_payload())
    return found.with_more(_of_text(text))


def _of_part(part: Message) -> Protection:
    kind = part.get_content_type()
    if kind in ("multipart/signed", "multipart/encrypted"):
        scheme = _PROTOCOLS.get(parameter(part, "protocol").strip().lower())
        return Protection(scheme, None) if kind == "multipart/signed" else Protection(None, scheme)
    if kind not in _SMIME:
        return Protection()
    # a message that does not say what it is was encrypted: so Outlook and older programs write it
    is_signed = parameter(part, "smime-type").lower() in ("signed-data", "certs-only")
    return Protection("smime", None) if is_signed else Protection(None, "smime")


def _of_text(text: str) -> Protection:
    match = _ARMOUR.search(text) if "-----BEGIN PGP" in text else None
    if not match:
        return Protection()
    return Protection("pgp", None) if match[1] else Protection(None, "pgp")
