"""Signed documents: Ed25519 (RFC 8032) with a key that is derived from the lake's secret."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from triage.errors import ConfigError, PrivacyError
from triage.privacy.pseudonyms.keys import Keys, derive

FORMER_KEYS = "former-keys.json"
_NO_CERTIFICATE = "Give a certificate that jobs/erase.py wrote."


def sign(content: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """`content` with its signature over its canonical JSON (sorted keys, no blanks, UTF-8)."""
    private = _private(keys)
    signature = {
        "algorithm": "Ed25519",
        "over": "the member `content` as JSON: keys sorted, separators `,` and `:`, UTF-8",
        "public_key": _hex(private.public_key()),
        "value": private.sign(_canonical(content)).hex(),
    }
    return {"content": dict(content), "signature": signature}


def write_document(path: Path, document: Mapping[str, Any]) -> str:
    """Writes a signed document, whole or not at all, readable by its owner only; returns the file's SHA-256."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    draft = path.with_name(f".{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return hashlib.sha256(text).hexdigest()


def verify_document(path: Path, keys: Keys) -> dict[str, Any]:
    """The content of a document that this key signed, or one of those before it that `hand_over` listed.

    Raises ConfigError for what is no signed document, PrivacyError where it was altered or another key signed it.
    """
    document = _read(path)
    public = _signer(document, path)
    own = {public_key(keys), *_former(path.parent, keys)}
    if public not in own:
        raise PrivacyError(
            "Another key signed this certificate.",
            where=str(path),
            remedy="Verify it with the key of its time, beside the file former-keys.json of its lake.",
        )
    return dict(document["content"])


def hand_over(folder: Path, old: Keys, new: Keys) -> None:
    """Lists the old key, signed by the new one, among those whose certificates are still valid.

    Repeated after a kill, it writes the same list: what either key had signed is taken together.
    """
    former = sorted({public_key(old), *_former(folder, old), *_former(folder, new)} - {public_key(new)})
    write_document(folder / FORMER_KEYS, sign({"former_public_keys": former}, new))


def was_handed_over(folder: Path, old: Keys, new: Keys) -> bool:
    """Whether the new key has signed that certificates of the old one are valid."""
    return public_key(old) in _former(folder, new)


def public_key(keys: Keys) -> str:
    """The public key, in hex, that verifies what these keys sign."""
    return _hex(_private(keys).public_key())


def _former(folder: Path, keys: Keys) -> list[str]:
    """The public keys of the list of former keys, if these keys signed it; anybody else's list counts for nothing."""
    path = folder / FORMER_KEYS
    if not path.exists():
        return []
    document = _read(path)
    if _signer(document, path) != public_key(keys):
        return []
    return list(document["content"].get("former_public_keys", []))


def _signer(document: Mapping[str, Any], path: Path) -> str:
    """The public key whose signature holds. Raises PrivacyError where it does not."""
    signature = document["signature"]
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature["public_key"]))
        public.verify(bytes.fromhex(signature["value"]), _canonical(document["content"]))
    except (InvalidSignature, ValueError, TypeError, KeyError):
        raise PrivacyError(
            "The signature does not match: the certificate was altered.",
            where=str(path),
            remedy="Do not rely on it.",
        ) from None
    return str(signature["public_key"])


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
        if {"content", "signature"} <= set(document):
            return dict(document)
    except (OSError, ValueError, TypeError):
        pass
    raise ConfigError("This file is no certificate, or cannot be read.", where=str(path), remedy=_NO_CERTIFICATE)


def _private(keys: Keys) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(keys.vault_key, "certificates"))


def _hex(public: Ed25519PublicKey) -> str:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
