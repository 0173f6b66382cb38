"""Mails of one made-up person among others, and a search for what is left of one that shares no code with the
job's but the derivation of its keys."""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq

from tests.leaks import Leaks
from tests.seals import opened, vault_ciphers

ADDRESS, NAME = "zelda.quistgaard@persons.example", "Zelda Quistgaard"
LONGER = "azelda.quistgaard@persons.example"
OTHER, OTHER_NAME = "bruno.mackenroth@persons.example", "Bruno Mackenroth"


def _mail(number: int, sender: str, to: str, body: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, f"Order {number}"
    mail["Date"], mail["Message-ID"] = "Mon, 02 Mar 2026 09:30:00 +0000", f"<order{number}@persons.example>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(f"Hello,\n\n{body}\n\nKind regards\nBruno\n", cte=headers.pop("cte", None))
    return mail


def mails() -> dict[str, bytes]:
    """Mails by what they show."""
    ours, other, team = f"{NAME} <{ADDRESS}>", f"{OTHER_NAME} <{OTHER}>", "team@persons.example"
    coded = _mail(4, other, team, f"Ask {ADDRESS} about it.")
    coded.set_content(f"Ask {ADDRESS} about it.\n", cte="base64")
    quoted = _mail(5, other, team, "")
    quoted.set_content(f"The address is {'x' * 60} {ADDRESS}, ünd so on.\n", cte="quoted-printable")
    named = _mail(8, other, team, "")
    named.set_content(f"I talked to {NAME} about the open invoice.\n", cte="base64")
    made = {
        "sent by": _mail(1, ours, other, "Please send the invoice."),
        "sent to": _mail(2, other, f"{ADDRESS.upper()}", "Here is the invoice."),
        "named in text": _mail(3, other, team, f"Ask {ADDRESS} about the invoice."),
        "in base64": coded,
        "in quoted-printable": quoted,
        "named by full name": _mail(6, other, team, f"I talked to {NAME} about the open invoice."),
        "named by full name in base64": named,
        "a longer address": _mail(7, f"Azelda Nyborg <{LONGER}>", other, "Please send my invoice, too."),
        "nothing of hers": _mail(9, other, team, "The delivery has arrived."),
    }
    return {what: mail.as_bytes() for what, mail in made.items()}


THEIRS = ("sent by", "sent to", "named in text", "in base64", "in quoted-printable")
MENTIONS = ("named by full name", "named by full name in base64")
OTHERS = ("a longer address", "nothing of hers")


def write_export(path: Path, *which: str) -> None:
    """An mbox of these mails, or all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen = [data for what, data in mails().items() if not which or what in which]
    path.write_bytes(b"".join(b"From x@persons.example Mon Mar  2 09:30:00 2026\n" + d + b"\n" for d in chosen))


def forms(value: str) -> set[bytes]:
    """A value as it is looked for, in lower case."""
    found = set()
    for cased in (value, value.lower(), value.upper()):
        for codec in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            data = cased.encode(codec)
            found |= {data, quopri.encodestring(data), quote(data).encode()}
            for pad in range(3):
                coded = base64.b64encode(b" " * pad + data + b" " * (-(len(data) + pad) % 3))
                found.add(coded[(0, 2, 3)[pad] + (4 if pad else 0) : -4])
    return {form.lower() for form in found if len(form) > 6}


def places(lake: Path, secret: bytes) -> Iterator[tuple[str, bytes]]:
    """All bytes under the lake, MLflow's store and the reports, the values in Parquet files, and what was sealed."""
    openers = vault_ciphers(lake, secret)
    for root in (lake, Path(f"{lake}.mlflow"), Path(f"{lake}.reports")):
        for file in root.rglob("*"):
            if file.is_file():
                name = str(file.relative_to(lake.parent))
                yield name, name.encode() + b"\n" + file.read_bytes()
                if file.suffix == ".parquet":
                    rows = pq.read_table(file).to_pylist()
                    yield name, repr(rows).encode()
                    yield name, b"\n".join(b"\n".join(opened(row, openers).values()) for row in rows)


def leaks(lake: Path, secret: bytes, *values: str) -> set[tuple[str, str]]:
    """Files in which one of the values is left, with the value; all forms of all values are looked for in one pass."""
    look = Leaks({value: value for value in values}, forms)
    longer = b"" if LONGER in values else LONGER.encode()  # which holds her address, and is another person's
    return {
        (name, value)
        for name, data in places(lake, secret)
        for value in look.in_bytes(data.lower().replace(longer, b""))
    }


def certificate(line: str) -> dict[str, Any]:
    """The content of the certificate that a line of the job's output names."""
    document = json.loads(Path(line.rsplit(".json:", 1)[0] + ".json").read_text("utf-8"))
    content: dict[str, Any] = document["content"]
    return content
