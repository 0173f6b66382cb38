"""What is found in single texts, as tables: `[...]` marks what must be covered, all else must stay."""

from __future__ import annotations

import re

import pytest

from triage.privacy.anonymizer import Anonymizer

CASES = {
    "plain e-mail": "write to [kai.voss@corp.local] today",
    "e-mail at": "write to [kai.voss at corp-mail.org] today",
    "e-mail (at) (dot)": "write to [kai (at) corp (dot) org] today",
    "pipermail": "From: [k@|@vo@@ @end|ng |rom corp@org]",
    "address of a site": "look at [www.r-project.org] for it",
    "us phone": "call [(713) 853-5849] now",
    "fictional phone": "call [555-0123-4567] now",
    "international phone": "ring [+44 (0)20 7783 5466] now",
    "german phone": "Tel.: [030 / 450 451 27]",
    "phone with extension": "on [001-748-088-2851x818] or",
    "no phone": "on 2023-05-01 we measured 0.123456 0.234567",
    "card in groups": "paid with [4111 1111 1111 1111] today",
    "card without checksum": "my card number is [4111 1111 1111 1112] ok",
    "short card": "credit card [503802053770] ok",
    "iban in groups": "pay to [DE89 3704 0044 0532 0130 00] Thanks",
    "announced iban": "IBAN: [GB29 NWBK 6016 1331 9268 20] please",
    "ssn": "my SSN is [460-89-9847] ok",
    "ip": "from [203.0.113.77] it came",
    "ipv6": "from [2001:db8::8a2e:370:7334] it came",
    "no ipv6": "use stats::sd and base::mean",
    "personal url": "see [https://example.org/~kvoss/cv] there",
    "plain url": "see [https://example.org/help/printing] there",
    "us street": "ship it to [1400 Smith Street, Suite 3806A\nHouston, Texas 77002]",
    "uk street": "ship it to [221 Baker Street, London NW1 6XE]",
    "german street": "liefern an [Heisenbergstraße 2, 48151 Münster]",
    "french street": "livrer au [12 rue de la Paix, 75002 Paris]",
    "spanish street": "enviar a [Calle de Alcalá 45, 28014 Madrid]",
    "full name": "the report by [Miguel Raghavan] was late",
    "unlisted name": "the report by [Krilova Xeldrini] was late",
    "lower-case name": "who is [olga krylova] here",
    "greeting": "Hi [Xeldrin],\n\nthe printer is broken again.",
    "no greeting": "Dear all,\n\nthe printer is broken again.",
    "german greeting": "Sehr geehrte [Frau Xeldrin],\n\nder Drucker ist kaputt.",
    "closing": "the printer is broken.\n\nKind regards,\n[Xeldrin Vosk]",
    "attribution": "On Tue, 2 May 2023, [varin sacha] wrote:\n> it works",
    "outlook block": "From: [Wang, Steve]\nSent: Friday\nTo: [Stalford, Robert]; [Mack, Iris]\nSubject: cow",
    "verbs": "We will mark it in May and bill you. Will it be sunny? Mark the date.",
}


LANGUAGES = {"german greeting": "de", "german street": "de", "french street": "fr", "spanish street": "es"}


@pytest.mark.parametrize("case", CASES)
def test_what_is_marked_is_covered_and_nothing_else(case: str, anonymizer: Anonymizer) -> None:
    marked, language = CASES[case], LANGUAGES.get(case, "en")
    text = re.sub(r"[\[\]]", "", marked)
    wanted = _marked(marked)
    covered = {i for span in anonymizer.detect(text, language=language) for i in range(span.start, span.end)}
    assert {i for i in wanted if text[i].isalnum()} <= covered
    surplus = "".join(text[i] for i in sorted(covered - wanted))
    assert not re.search(r"\w", surplus)


def _marked(text: str) -> set[int]:
    inside, position, found = False, 0, set()
    for character in text:
        if character in "[]":
            inside = character == "["
            continue
        if inside:
            found.add(position)
        position += 1
    return found
