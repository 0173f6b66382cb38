"""Addresses of networks, and numbers of phones, cards and bank accounts in their usual spellings."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check
from triage.config import load_settings
from triage.privacy.policy import load_policy

IP_ADDRESS = {
    "v4": "from [203.0.113.77] it came",
    "v4 with port": "listen on [203.0.113.77:8080] now",
    "network": "block [10.20.0.0/16] there",
    "v6": "from [2001:db8::8a2e:370:7334] it came",
    "v6 in full": "from [2001:0db8:85a3:0000:0000:8a2e:0370:7334] it",
    "v6 in brackets": "http at ⟦[2001:db8::1]⟧:8080",
    "namespace": "use stats::sd and base::mean",
    "time": "at 12:34:56 and 10:20",
    "version": "version 10.3.4.4 and driver v 14.6.6.6",
}
MAC_ADDRESS = {
    "colons": "nic [00:1A:2b:3C:4d:5E] up",
    "hyphens": "nic [00-1A-2B-3C-4D-5E] up",
    "cisco": "nic [001a.2b3c.4d5e] up",
    "time": "from 12:34:56 to 13:00:00",
    "longer": "id 00:1A:2B:3C:4D:5E:6F:70 here",
}
URL = {
    "scheme": "see [https://example.org/help?x=1], please",
    "www": "see [www.example.org/a].",
    "bare": "visit [example.com] or [shop.example.de/cart] today",
    "short link": "at [bit.ly/2AbCdE] now",
    "upper case": "[Amazon.com] sold it",
    "R": "use data.frame, is.na and t.test on x.se",
    "files": "run foo.py and main.cc, read notes.md",
    "packages": "import org.apache.hadoop.io and java.net.URL",
    "sentence": "It is done.In time we go.So be it",
    "mail": "kai@example.com stays a mail address",
}
PHONE_NUMBER = {
    "us": "call [(713) 853-5849] or [713.853.5746] or [1-888-883-6388]",
    "us extension": "on [713-853-5849 x1234] now",
    "uk": "ring [+44 (0)20 7783 5466] or [020 7946 0958] now",
    "german": "Tel.: [030 / 450 451 27]",
    "german, international": "unter [+49 (0)30 45045127] oder [0049 30 45045127]",
    "german mobile": "mobil [0171/1234567]",
    "french": "au [01 42 68 53 00] ou [+33 1 42 68 53 00]",
    "french, points": "au [01.42.68.53.00] merci",
    "swiss": "unter [+41 44 668 18 00] oder [044 668 18 00]",
    "spanish": "al [+34 91 123 45 67] o [912 345 678]",
    "dates": "on 2023-05-01 we measured 0.123456 0.234567",
    "isbn": "ISBN 3-16-148410-0 is 12.50 EUR",
    "version": "R 4.2.1 and 10.15.7.1",
}
IBAN_CODE = {
    "groups": "pay to [DE89 3704 0044 0532 0130 00] now",
    "in text": "auf mein Konto [GB29NWBK60161331926819] bitte",
    "swiss": "IBAN [CH93 0076 2011 6238 5295 7]",
    "hash": "commit de89370400440532013000ff is no account",
}
CREDIT_CARD = {
    "blanks": "paid with [4111 1111 1111 1111] today",
    "hyphens": "paid with [5500-0000-0000-0004] today",
    "amex": "amex [3782 822463 10005] ok",
    "no checksum": "we have 4111111111111112 rows",
}


@pytest.mark.parametrize(
    ("entity", "case"),
    [
        (entity, case)
        for entity, cases in (
            ("IP_ADDRESS", IP_ADDRESS), ("MAC_ADDRESS", MAC_ADDRESS), ("URL", URL), ("PHONE_NUMBER", PHONE_NUMBER),
            ("IBAN_CODE", IBAN_CODE), ("CREDIT_CARD", CREDIT_CARD),
        )
        for case in cases.items()
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)  # fmt: skip
def test_what_is_marked_is_covered_and_nothing_else(entity: str, case: tuple[str, str]) -> None:
    check(entity, case[1])


def test_a_policy_may_hide_only_urls_that_name_somebody() -> None:
    policy = load_policy(load_settings().privacy.policy).model_copy(update={"urls": "personal"})
    check("URL", "see [https://example.org/~kvoss/cv] and https://example.org/help", policy=policy)
