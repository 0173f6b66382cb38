"""Signatures of releases: Ed25519 (RFC 8032) over SHA256SUMS, with keys in PEM as openssl makes and reads them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from triage.errors import ConfigError, TriageError
from triage.privacy.pseudonyms.keys.key_file import read_key_file
from triage.supply.release.archive import SIGNATURE, SUMS, sums, unpacked

_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm)


class ReleaseError(TriageError):
    """A release is not what its maker signed."""


def sign(content: bytes, key: Path) -> bytes:
    """The 64 bytes of the signature. Raises ConfigError where the key is none, or others may read it."""
    try:
        private = load_pem_private_key(read_key_file(key).encode(), None)
    except _UNREADABLE:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise ConfigError(
            "The key is no Ed25519 key in PEM without a password.",
            where=str(key),
            remedy="Make one: openssl genpkey -algorithm ed25519 -out FILE, with umask 077.",
        )
    return private.sign(content)


def verify(archive: Path, public: Path) -> list[str]:
    """The names of a release's members, once the signature holds and each has the hash that it covers.

    Raises ConfigError for what is no archive or key, ReleaseError for anything that was changed, added or left out.
    """
    members, key = unpacked(archive), _public(public)
    listed, signature = members.pop(SUMS, b""), members.pop(SIGNATURE, b"")
    try:
        key.verify(signature, listed)
    except InvalidSignature:
        raise _changed("The signature does not match: another key signed it, or it was changed.", archive) from None
    if listed != sums(members):
        raise _changed("A file was changed, added or left out after it was signed.", archive)
    return [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in sorted(members.items())]


def _public(file: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, *_UNREADABLE):
        key = None
    if isinstance(key, Ed25519PublicKey):
        return key
    raise ConfigError(
        "The public key is no Ed25519 key in PEM.",
        where=str(file),
        remedy="Give the maker's: openssl pkey -in KEY -pubout.",
    )


def _changed(what: str, archive: Path) -> ReleaseError:
    return ReleaseError(what, where=str(archive), remedy="Do not install it; fetch it again from its maker.")
