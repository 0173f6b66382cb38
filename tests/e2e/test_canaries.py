"""Made-up people put into mails are found nowhere outside the vault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from faker import Faker

from tests.lakes import Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CANARIES = 200
SENTENCES = (
    "I talked to {name} yesterday about the open invoice, and the answer was friendly.",
    "Could you ask {name} whether the delivery arrived?",
    "Our contact for the contract is {name}, as agreed last week.",
    "{name} has asked for a copy of the report twice now.",
)
"""Running text, where nothing but the name itself says that it is one."""


class Canary:
    """One made-up person."""

    def __init__(self, fake: Faker) -> None:
        self.last_name = fake.unique.last_name()
        self.name = f"{fake.first_name()} {self.last_name}"
        self.address = f"{self.name.replace(' ', '.').lower()}{fake.random_int(10, 99)}@canary.example"
        self.street = f"{fake.random_int(10, 9999)} {fake.unique.last_name()} Street"
        self.phone = f"+1 {fake.random_int(212, 989)} 555 01{fake.random_int(10, 99)}"
        self.card = fake.unique.credit_card_number(card_type="visa16")

    def values(self) -> list[str]:
        return [self.name, self.address, self.street, self.phone, self.card]


def mail_of(canary: Canary, number: int) -> bytes:
    message = EmailMessage()
    message["From"] = "Front Desk <desk@company.example>"
    message["To"] = f"{canary.name} <{canary.address}>" if number % 4 == 0 else "team@company.example"
    message["Subject"] = f"Request {number}"
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0000"
    message["Message-ID"] = f"<{number}@company.example>"
    attachment = f"CV_{canary.name.replace(' ', '.')}.pdf"
    message.set_content(
        f"Hello,\n\n{SENTENCES[number % len(SENTENCES)].format(name=canary.name)}\n"
        f"The mail address is {canary.address}, the phone number {canary.phone}.\n"
        f"Please send it to {canary.street}, Springfield.\nCard: {canary.card}\n\nRegards,\n{canary.name}\n"
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=attachment)
    return b"From desk@company.example Mon Mar  2 09:30:00 2026\n" + message.as_bytes() + b"\n"


@pytest.fixture(scope="module")
def canaries() -> list[Canary]:
    fake = Faker(["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "pl_PL"])
    fake.seed_instance(4711)
    return [Canary(fake) for _ in range(CANARIES)]


def texts_outside_the_vault(lake: Lake) -> Iterator[tuple[str, str]]:
    for root in (lake.root, Path(f"{lake.root}.mlflow"), Path(f"{lake.root}.reports")):
        for file in root.rglob("*"):
            if not file.is_file() or "vault" in file.relative_to(root).parts:
                continue
            yield str(file), file.read_bytes().decode("utf-8", "replace")
            if file.suffix == ".parquet":
                yield str(file), repr(pq.read_table(file).to_pylist())


def test_no_canary_leaves_the_vault(tmp_path: Path, canaries: list[Canary]) -> None:
    first = canaries[0].name.replace(" ", ".")
    export, lake = tmp_path / f"{first}.mbox", Lake(tmp_path / "lake")
    export.write_bytes(b"".join(mail_of(canary, number) for number, canary in enumerate(canaries)))
    result = lake.run("nightly", "--source", str(export))
    values = {value.casefold() for canary in canaries for value in (*canary.values(), first)}
    places = [
        *texts_outside_the_vault(lake),
        ("standard output", result.stdout),
        ("standard error", result.stderr),
    ]
    leaks = {
        (place, kind(value, canaries))
        for place, text in places
        for value in values
        if value in text.casefold()
    }
    silver = lake.table("silver/mail").to_pyarrow_table()
    words = set(
        re.findall(r"\w+", " ".join(silver.column("body").to_pylist() + silver.column("subject").to_pylist()))
    )
    assert not words & {canary.last_name for canary in canaries}
    assert silver.num_rows > 0.9 * CANARIES
    assert not leaks


def kind(value: str, canaries: list[Canary]) -> str:
    """What leaked and whose, not the value itself."""
    for number, canary in enumerate(canaries):
        for name, own in zip(("name", "address", "street", "phone", "card"), canary.values(), strict=True):
            if own.casefold() == value:
                return f"{name} of canary {number}"
    return "unknown"
