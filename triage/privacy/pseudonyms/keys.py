"""The keys of tokens and vault, derived from one secret that is given or, in local mode, made on first use."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from triage.config import Settings
from triage.errors import KeyMaterialError
from triage.paths import unwritable_lake

SECRET_BYTES = 32
DEVELOPMENT_MARK = "triage-development-key:"
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_MAKE_ONE = "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'."


@dataclass(frozen=True, slots=True)
class Keys:
    """What tokens and vault are made with: two 32-byte keys and `key_id`, a digest that names them."""

    token_key: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)
    key_id: str


def keyed_name(kind: bytes, what: bytes, keys: Keys) -> str:
    """A name, 32 hex digits, for something that must stay secret: the same for the same `kind`, thing and keys."""
    return hmac.new(keys.token_key, kind + b"\0" + what, hashlib.sha256).hexdigest()[:32]


def load_keys(settings: Settings) -> Keys:
    """The keys from the environment, else the key file, else (mode local) a development key.

    Raises KeyMaterialError when the secret is missing, unreadable, malformed or not allowed in this mode.
    """
    privacy = settings.privacy
    text = os.environ.get(privacy.key_env, "").strip()
    if text:
        return _from_text(text, f"environment variable {privacy.key_env}", settings)
    if privacy.key_file:
        return _from_text(_read(Path(privacy.key_file), settings), privacy.key_file, settings)
    if settings.mode == "production":
        raise KeyMaterialError(
            "There is no key, and production takes no development key.",
            where=f"{privacy.key_env}, privacy.key_file",
            remedy=f"Set the variable or name a key file. {_MAKE_ONE}",
        )
    path = _development_file(settings)
    return _from_text(_read(path, settings), str(path), settings)


def load_new_keys(settings: Settings, variable: str | None, file: str | None) -> Keys:
    """The keys of a secret that takes over, from the environment variable or file that was named for it.

    Raises KeyMaterialError as `load_keys` does.
    """
    if file:
        return _from_text(_read(Path(file), settings), file, settings)
    text = os.environ.get(variable or "", "").strip()
    if not text:
        where = f"environment variable {variable}"
        raise KeyMaterialError("There is no new key.", where=where, remedy=f"Set it. {_MAKE_ONE}")
    return _from_text(text, f"environment variable {variable}", settings)


def derive(secret: bytes, label: str, length: int = 32) -> bytes:
    """`length` bytes for one purpose, HKDF-SHA256 (RFC 5869) of `secret` with `label` as info."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"triage {label}".encode()).derive(secret)


def keys_from_secret(secret: bytes) -> Keys:
    """The keys that belong to a secret of 32 bytes or more."""
    return Keys(derive(secret, "tokens"), derive(secret, "vault"), derive(secret, "key id", 6).hex())


def _from_text(text: str, where: str, settings: Settings) -> Keys:
    development = text.startswith(DEVELOPMENT_MARK)
    if development and settings.mode == "production":
        raise KeyMaterialError(
            "This is a development key, and production takes none.",
            where=where,
            remedy=f"Give another. {_MAKE_ONE}",
        )
    secret = _decode(text.removeprefix(DEVELOPMENT_MARK).strip())
    if secret is None:
        raise KeyMaterialError("The key is neither hex nor base64.", where=where, remedy=_MAKE_ONE)
    if len(secret) < SECRET_BYTES:
        raise KeyMaterialError(
            f"The key has {len(secret)} bytes, and {SECRET_BYTES} are the least.",
            where=where,
            remedy=_MAKE_ONE,
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


def _read(path: Path, settings: Settings) -> str:
    try:
        if settings.mode == "production" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyMaterialError("Others may read the key file.", where=str(path), remedy="Give it the mode 0600.")
        return path.read_text("ascii").strip()
    except OSError as error:
        raise KeyMaterialError(
            f"The key file cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Name a readable key file.",
        ) from None
    except UnicodeDecodeError:
        raise KeyMaterialError("The key is neither hex nor base64.", where=str(path), remedy=_MAKE_ONE) from None


def _development_file(settings: Settings) -> Path:
    """The development key's file; the first process that needs it writes it, whole or not at all."""
    folder = settings.keys_folder
    _require_outside_lake(folder, settings.lake.root)
    path = folder / "development.key"
    if path.exists():
        return path
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, f"{DEVELOPMENT_MARK}{secrets.token_hex(SECRET_BYTES)}\n")
    except OSError as error:
        if not Path(settings.lake.root).exists() and settings.lake.keys is None:
            raise unwritable_lake(settings.lake.root) from None  # the key's folder would lie beside it
        raise KeyMaterialError(
            f"The development key cannot be written: {error.strerror}.",
            where=str(path),
            remedy=f"Make the folder writable, or set {settings.privacy.key_env}.",
        ) from None
    return path


def _write_once(path: Path, text: str) -> None:
    """Write a file under another name and link it: readers see all of it, and only one writer wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _require_outside_lake(folder: Path, lake: str) -> None:
    if "://" in str(lake) or folder.resolve().is_relative_to(Path(lake).resolve()):
        raise KeyMaterialError(
            "A development key has no place beside a remote lake or inside a lake.",
            where="lake.keys",
            remedy="Set the key variable or privacy.key_file, or name a local folder outside the lake.",
        )
