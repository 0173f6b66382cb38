"""A secret as it is written: hex or base64, 32 bytes or more, with a mark before one for development."""

from __future__ import annotations

import base64
import binascii
import re

from triage.config import Settings
from triage.errors import KeyMaterialError
from triage.privacy.pseudonyms.keys.material import Keys, keys_from_secret

SECRET_BYTES = 32
DEVELOPMENT_MARK = "triage-development-key:"
MAKE_ONE = "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'."
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


def keys_from_text(text: str, where: str, settings: Settings) -> Keys:
    """The keys of a written secret, which stood at `where`.

    Raises KeyMaterialError, without the text, for one that is malformed, short, or not allowed in this mode.
    """
    if text.startswith(DEVELOPMENT_MARK) and settings.mode == "production":
        raise KeyMaterialError(
            "This is a development key, and production takes none.",
            where=where,
            remedy=f"Give another. {MAKE_ONE}",
        )
    secret = _decode(text.removeprefix(DEVELOPMENT_MARK).strip())
    if secret is None:
        raise KeyMaterialError("The key is neither hex nor base64.", where=where, remedy=MAKE_ONE)
    if len(secret) < SECRET_BYTES:
        raise KeyMaterialError(
            f"The key has {len(secret)} bytes, and {SECRET_BYTES} are the least.",
            where=where,
            remedy=MAKE_ONE,
        )
    return keys_from_secret(secret)


def _decode(text: str) -> bytes | None:
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        standard = text.translate(str.maketrans("-_", "+/"))
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
