"""Words of anonymized mail as hashes and counts, and text in a wrong character set."""

from __future__ import annotations

import binascii
import gzip
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import PROJECT
from triage.mail.word_terms import (
    MOST_TERMS,
    READ_CHARS,
    garbled_places,
    terms_of,
    word_facts,
    word_hash,
    words_of,
)

TOKEN = "<PERSON_5b21e0_7f3a9c0de1b2a394>"
REAL = PROJECT.parent / "shared" / "data" / "ner"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please pay the invoice", ["please", "pay", "the", "invoice"]),
        (f"Ask {TOKEN} or <ERASED>, not <us>", ["ask", "or", "not", "us"]),
        ("12 of 2024-01-02, 3.5 kg, A4, x86", ["of", "kg"]),
        ("Größe ÄNDERN straße", ["größe", "ändern", "straße"]),
        ("L'hôpital d’État", ["hôpital", "état"]),
        ("счёт оплатить", ["счёт", "оплатить"]),
        ("発票です", ["発", "票", "で", "す"]),
        ("", []),
    ],
    ids=["English", "pseudonyms", "numbers", "German", "apostrophes", "Cyrillic", "ideographs", "nothing"],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_hash_is_the_lowest_18_bits_of_crc32() -> None:
    assert word_hash("Invoice") == binascii.crc32(b"invoice") % 2**18
    assert word_hash("Größe") == binascii.crc32("größe".encode()) % 2**18


@settings(max_examples=30)
@given(st.text(), st.text())
def test_terms_are_sorted_distinct_and_bounded(subject: str, body: str) -> None:
    terms = terms_of(subject, body)
    assert terms == sorted(set(terms))
    assert len(terms) <= MOST_TERMS
    assert all(0 <= term < 2**18 for term in terms)


def test_the_first_distinct_words_are_taken() -> None:
    words = [f"{a}{b}{c}" for a in "abcdefg" for b in "abcde" for c in "abcde"]
    expected = sorted({word_hash(word) for word in words[:100]})
    assert terms_of(words[0], " ".join(words[:60] * 3 + words)) == expected


def test_a_long_body_is_read_to_its_bound() -> None:
    assert word_facts("", "word " * READ_CHARS).words == READ_CHARS // 5


def test_a_pseudonym_changes_nothing() -> None:
    plain, named = word_facts("Hello", "see you"), word_facts(f"Hello {TOKEN}", f"see {TOKEN} you")
    assert plain == named


def test_rare_words_are_counted_each_time_or_unknown() -> None:
    assert word_facts("zyx", "zyx pay zyx", lambda word: word == "zyx").rare_words == 3
    assert word_facts("zyx", "pay").rare_words is None


GARBLED = [
    ("GrÃ¼ÃŸe aus MÃ¼nchen", 2, "German in CP1252"),
    ("vielen Dank fÃ¼r Ihre Ã„nderung", 2, "German capital"),
    ("trÃ¨s contentÂ\u00a0!", 2, "French"),
    ("l\u00e2\u20ac\u2122hÃ´pital", 2, "apostrophe"),
    ("100 â‚¬", 1, "euro"),
    ("Å¼Ã³Å‚w", 1, "Polish, neighbours"),
    ("sÄ… tu", 1, "Polish at a word's end"),
    ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", 1, "Cyrillic"),
    ("ÎšÎ±Î»Î·Î¼Î­Ï\u0081Î±", 1, "Greek"),
    ("ðŸ˜€ ok", 1, "emoji"),
    ("ä½\xa0å¥½", 1, "Chinese"),
    ("caf\ufffd and \ufffd\ufffd", 2, "unknown characters"),
    ("it\u0092s", 1, "control character"),
]
CLEAN = [
    "Grüße aus München, „Spaß“ – „MENÜ“ …",
    "É«», «CAFÉ», voilà « bon », à\u00a0la carte, 20\u00a0°C",
    "NÃO, AMANHÃ”, AMANHÃ… SÃO PAULO",
    "MITÄ… HYVÄ” JÄÄ–",
    "Žluťoučký kůň, źdźbło, łódź, şey, ığdır, Ísland: Ðð Þþ",
    "ESPAÑOL: ÑANDÚ, ¿qué? ¡hola!",
    "Ångström, Århus, ærø, 10 µm × 5 µm, ±3, ½",
    "Привет, мир – «да»",
    "Καλημέρα",
    "你好，世界",
    "plain",
]


@pytest.mark.parametrize(("text", "places", "what"), GARBLED, ids=[case[2] for case in GARBLED])
def test_garbled_places(text: str, places: int, what: str) -> None:
    assert garbled_places(text) == places


@pytest.mark.parametrize("text", CLEAN)
def test_no_false_alarm(text: str) -> None:
    assert garbled_places(text) == 0


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("language", ["de", "es", "it", "pl", "pt", "ru", "sv"])
def test_real_text_is_clean_and_its_misreading_is_found(language: str, encoding: str) -> None:
    texts = list(real_sentences(language))
    clean = [text for text in texts if not garbled_places(text)]
    assert len(clean) >= 0.9998 * len(texts), "some sentences of these corpora really are garbled"
    letters = [text for text in clean if any(c.isalpha() and not c.isascii() for c in text)]
    misread = [text.encode().decode(encoding, "replace") for text in letters]
    assert sum(map(bool, map(garbled_places, misread))) >= 0.94 * len(letters)


def real_sentences(language: str) -> Iterator[str]:
    files = sorted((REAL / language).glob("*.jsonl.gz"))
    if not files:
        pytest.skip("real text (../shared/data/ner) is absent")
    with gzip.open(files[0], "rt", encoding="utf-8") as lines:
        for _, line in zip(range(1000), lines, strict=False):
            yield " ".join(json.loads(line)["tokens"])
