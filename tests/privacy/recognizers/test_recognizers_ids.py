"""Numbers of persons, documents, vehicles and accounts: what is found with its check digit, and what only when announced."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check
from triage.config import load_settings
from triage.privacy.policy import load_policy

NATIONAL_ID = {
    "uk national insurance": "my number is [AB 12 34 56 C] since March",
    "uk national insurance, compact": "send [AB123456C] along",
    "uk prefix not given out": "part GB123456A is sold out",
    "nhs announced": "NHS number: [943 476 5919]",
    "nhs by check digit": "patient [943 476 5919] was seen",
    "german tax id in groups": "unter [36 574 261 809] geführt",
    "german tax id announced": "Steuer-ID: [36574261809]",
    "german tax number": "Steuernummer [181/815/08155] beim Amt",
    "german social insurance": "Versicherungsnummer [15 070649 C 103]",
    "german social insurance by check digit": "unter 15070649C104 oder [15070649C103]",
    "german identity card": "Personalausweisnummer: [L01X00T471]",
    "french social security": "mon numéro est le [2 95 10 99 126 111 93] merci",
    "french key wrong": "le lot 2 95 10 99 126 111 92 est prêt",
    "swiss ahv": "AHV-Nr. [756.9217.0769.85]",
    "swiss ahv compact": "Nummer [7569217076985] bitte",
    "spanish dni": "mi DNI es [54362315K]",
    "spanish dni with hyphen": "con [54362315-K] firmado",
    "spanish letter wrong": "el pedido 54362315A salió",
    "spanish nie": "con [X-2482300-W] firmado",
    "italian tax code": "codice [RCCMNL83S18D969H] grazie",
    "us itin": "ITIN [912-90-3456]",
    "austrian": "SVNR [1237 010180]",
    "generic": "national identity number is [19850412-3374] here",
    "ISBN": "see ISBN 978-3-16-148410-0 for that",
    "R output": "2000 1234567 0.0012 3456789 12345678",
    "commit hash": "fixed in 5d41402abc4b2a76b9719d911017c592",
    "date and time": "on 2023-05-01 12:34:56 it failed",
    "large number": "we have 12345678901 rows and 36574261809123 bytes",
}
PASSPORT = {
    "english": "passport no. [533380006] expires",
    "english, with letters": "Passport number is [C03005988]",
    "german": "Reisepass: [C01X00T47]",
    "french": "passeport n° [12AB34567] valable",
    "spanish": "pasaporte [AAB123456] caducado",
    "the word alone": "your passport must be valid for 6 months",
    "password": "password reset takes 123456789 ms",
}
DRIVER_LICENSE = {
    "us digits": "my driver's license number is [5130634] ok",
    "us letter": "Driver license: [F162823540116]",
    "us groups": "driver's license number is [2270-66-1551] ok",
    "uk form": "holder of [MORGA657054SM9IJ] and",
    "german": "Führerschein Nr. [B072RRE2I55]",
    "french": "permis de conduire n° [880475300024] valable",
    "no number": "you need a driver's license to rent it",
    "free software licence": "released under license GPL 3.0 in 2007",
}
LICENSE_PLATE = {
    "uk": "a blue van, [AB12 CDE], blocks the gate",
    "french": "la voiture [AB-123-CD] est mal garée",
    "german": "das Auto [M-XY 1234] steht im Weg",
    "spanish announced": "matrícula [1234 BCD] del coche",
    "swiss announced": "Kennzeichen [ZH 123456] parkiert",
    "us announced": "license plate [7ABC123] was seen",
    "uk compact announced": "reg no: [AB12CDE]",
    "version": "use GCC-12 or R 4.2 here",
    "product": "the model XK-42 and UTF-8 text",
    "chromosome": "as in HG-19 and ISO 8601",
}
ACCOUNT_NUMBER = {
    "customer no.": "customer no. [48151623] is waiting",
    "customer number is": "My customer number is [C-4711-22].",
    "order #": "order #[1001234] never came",
    "invoice": "Invoice No: [INV-2023-0042]",
    "ticket": "re ticket [8812345] again",
    "german": "Kundennummer: [KD-123456]",
    "german, short": "Kd.-Nr. [778899] hat gemahnt",
    "german order": "meine Bestellnummer ist [61308483000334367WHR] danke",
    "german file": "Aktenzeichen [4711/08]",
    "french": "numéro de client [7654321] svp",
    "french order": "commande n° [CMD20230099]",
    "spanish": "número de cuenta: [00491500]",
    "spanish order": "el pedido número [PED-998877]",
    "application at court": "la requête no [28426/06] dirigée",
    "words only": "the customer is right and the order was late",
    "count": "order 15 boxes and case 2 of them",
    "bug number": "see bug 1234 and PR 77",
    "version": "account for version 2.1.3 of it",
}  # fmt: skip
SECRET = {
    "password": "password: [hunter2Secret!]",
    "password is": "the password is [Tr0ub4dor&3] for now",
    "password for": "password for the server is [Gl4sb3rg!]",
    "german": "Passwort lautet [Sommer2023!] bitte ändern",
    "french": "mot de passe : [azerty99]",
    "spanish": "contraseña: [Luna.2024]",
    "pin": "PIN: [4711] for the door",
    "aws": "key [AKIAIOSFODNN7EXAMPLE] leaked",
    "github": "use [ghp_16C7e42F292c6912E7710c838347Ae178B4a] now",
    "slack": "bot [xoxb-123456789012-abcdefGHIJKL] posts",
    "stripe": "[sk_live_4eC39HqLyjWDarjtT1zdp7dc] is live",
    "google": "maps [AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY] here",
    "jwt": "[eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N] was sent",
    "assigned": 'client_secret = "[9f8a7b6c5d4e3f2a1b0c9d8e]"',
    "url": "postgres://admin:[s3cr3tpw]@db.example.org/x",
    "pem": "[-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq2\n-----END RSA PRIVATE KEY-----] ok",
    "reset": "password reset is broken and the password is wrong",
    "required": "Password: required",
    "code": "password = getpass() and token = next(tokens)",
    "token in prose": "the token is invalid, secret is out",
    "hash of a commit": "commit 5d41402abc4b2a76b9719d911017c592",
}


@pytest.mark.parametrize(
    ("entity", "case"),
    [
        (entity, case)
        for entity, cases in (
            ("NATIONAL_ID", NATIONAL_ID), ("PASSPORT", PASSPORT), ("DRIVER_LICENSE", DRIVER_LICENSE),
            ("LICENSE_PLATE", LICENSE_PLATE), ("ACCOUNT_NUMBER", ACCOUNT_NUMBER), ("SECRET", SECRET),
        )
        for case in cases.items()
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)  # fmt: skip
def test_what_is_marked_is_covered_and_nothing_else(entity: str, case: tuple[str, str]) -> None:
    check(entity, case[1])


def test_the_policy_adds_forms_of_numbers() -> None:
    policy = load_policy(load_settings().privacy.policy)
    own = policy.model_copy(update={"account_numbers": (r"\bKX\d{4}\b",)})
    check("ACCOUNT_NUMBER", "see [KX1234] and KX12345", policy=own)


def test_own_terms_are_whole_words_in_any_case_and_may_be_wrapped() -> None:
    policy = load_policy(load_settings().privacy.policy)
    own = policy.model_copy(update={"deny": ("Blue Heron", "Zenit")})
    check("OWN_TERM", "the [BLUE\nHERON] and [zenit] ship, Zenith and blue herons not", policy=own)


def test_without_own_terms_nothing_is_one() -> None:
    check("OWN_TERM", "nothing here, not even an empty term")
