"""Opens what a lake has sealed, by code that shares nothing with the job's but the derivation of its keys."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from deltalake import DeltaTable

from triage.privacy.pseudonyms.keys import derive, keys_from_secret

Ciphers = Mapping[bytes, AESSIV]
"""By what a seal begins with: its form, and the id of a data key where one sealed it."""
CONTEXTS = ("mail_key", "token", "file_key", "key_id", "data_key_id")


def vault_ciphers(lake: Path, secret: bytes) -> Ciphers:
    """What opens the seals of a lake."""
    master = AESSIV(derive(keys_from_secret(secret).vault_key, "siv", 64))
    table = lake / "vault" / "data_keys"
    rows = DeltaTable(str(table)).to_pyarrow_table().to_pylist() if table.exists() else []
    found: dict[bytes, AESSIV] = {b"\x02": master}
    for row in rows:
        name, sealed = row["data_key_id"], row["sealed"]
        with contextlib.suppress(InvalidTag):  # in a file of another key
            found[b"\x03" + bytes.fromhex(name)] = AESSIV(master.decrypt(sealed[1:], [b"\x02", name.encode()]))
    return found


def opened(row: Mapping[str, Any], ciphers: Ciphers) -> dict[str, bytes]:
    """By column what is sealed in a row, whichever of its columns it was sealed with."""
    found: dict[str, bytes] = {}
    for column, value in row.items():
        if column.startswith("sealed") and value:
            header = value[: 9 if value[:1] == b"\x03" else 1]
            for context in CONTEXTS:
                with contextlib.suppress(InvalidTag, KeyError):
                    found[column] = ciphers[header].decrypt(value[len(header) :], [header, row[context].encode()])
    return found
