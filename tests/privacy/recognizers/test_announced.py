"""Numbers of customers and parcels, loyalty cards, wallets, hosts and user names, in many languages."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

ACCOUNT_NUMBER = {
    "loyalty card": "Payback [3083 1234 5678 9012]",
    "loyalty card that passes a card's check": "Kundenkarte Nr. [4111 1111 1111 1111]",
    "loyalty card in a sentence": "my loyalty card is [6334123456789012]",
    "loyalty card, fr": "carte de fidélité n° [913 572 0456 123]",
    "loyalty card, it": "tessera fedeltà [0400 1234 5678]",
    "loyalty card, pl": "karta lojalnościowa: [2620 1234 5678]",
    "sort code": "sort code [12-34-56]",
    "upi": "pay [rahul.upi@bank] now",
    "upi by its provider": "send to [rahul99@okaxis]",
    "upi after its word": "my UPI is [rahul99@newbank]",
    "ups": "parcel [1Z999AA10123456784] left",
    "postal item": "your [RR123456785DE] left",
    "postal item in groups": "Nr. [RR 123 456 785 DE]",
    "postal item with a wrong check digit": "part RR123456786DE",
    "dhl": "DHL [00340434161094015902]",
    "dhl express": "see [JJD000390007827464732]",
    "postnl": "pakket [3SABCD012345678]",
    "parcel, fr": "n° de suivi [6A12345678901]",
    "parcel, pl": "numer przesyłki: [520000012345678]",
    "it": "numero cliente [4711008]",
    "it order": "ordine n. [2024/1234]",
    "nl": "klantnummer: [123456]",
    "pt": "encomenda n.º [998877]",
    "pl": "nr klienta: [47110]",
    "pl invoice": "faktura nr [FV/2024/0012]",
    "da": "kundenr. [123456]",
    "sv": "ordernr [AB-12345]",
    "fi": "asiakasnumero [123456]",
    "el": "αριθμός πελάτη: [123456]",
    "ru": "номер заказа: [123456]",
    "no number": "la fattura n. di ieri, uw klantnummer en zending",
    "decorator": "the @property and x@data",
}
CRYPTO = {
    "base58": "send to [1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2] please",
    "base58 of a script": "[3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy]",
    "bech32": "[bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4] ok",
    "bech32 in capitals": "[BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4]",
    "ethereum": "[0x52908400098527886E0F7030069857D2E4169EE7]",
    "mistyped after its word": "my wallet [1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3]",
    "mistyped alone": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
    "commit": "commit 5d41402abc4b2a76b9719d911017c592aabbccdd",
    "memory": "at 0x7ffee4bff5c8",
}
HOST_NAME = {
    "inner domain": "on [srv-db-04.corp.local] since",
    "one label": "on [fileserver.lan] now",
    "internal": "https and [git01.dev.internal] fail",
    "share": "open \\\\[srv01]\\share",
    "windows": "my [DESKTOP-7H3K2AB] hangs",
    "announced": "server [srv-app-12] is down",
    "announced, de": "Rechner [nb-1234] hängt",
    "announced, fr": "serveur [web01]",
    "product": "Windows Server 2019 R2",
    "code": "com.foo.internal.Bar and self.local(x)",
    "platform": "x86_64-pc-linux-gnu",
    "public": "www.example.com and R-project.org",
}
USERNAME = {
    "wechat": "WeChat [wangfang_88]",
    "es": "mi usuario es [aquintanilla77]",
    "telegram": "Telegram [@x]",
    "telegram with a colon": "Telegram: [@max_m]",
    "insta": "Insta: [blumenfee]",
    "skype": "Skype: [live:anna77]",
    "discord": "my Discord is [otter#1234]",
    "de": "Benutzername: [mschmidt]",
    "fr": "mon pseudo est [loulou33]",
    "it": "nome utente: [mrossi.80]",
    "nl": "gebruikersnaam: [jdvries1]",
    "pl": "nazwa użytkownika: [kowal77]",
    "sv": "användarnamn: [asvensson]",
    "ru": "логин: [ivanov_85]",
    "zh": "微信号：[wangfang88]",
    "failed": "login: failed",
    "required": "user name is required",
    "number": "WhatsApp: +49 170 1234567",
    "channel": "a Slack channel and the Teams meeting",
    "web address": "GitHub https://github.com/x",
    "ordinary words": "Facebook is down, Twitter: follow us",
}


@pytest.mark.parametrize(
    ("entity", "case"),
    [
        (entity, case)
        for entity, cases in (
            ("ACCOUNT_NUMBER", ACCOUNT_NUMBER), ("CRYPTO", CRYPTO), ("HOST_NAME", HOST_NAME), ("USERNAME", USERNAME),
        )
        for case in cases.items()
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)  # fmt: skip
def test_what_is_marked_is_covered_and_nothing_else(entity: str, case: tuple[str, str]) -> None:
    check(entity, case[1])
