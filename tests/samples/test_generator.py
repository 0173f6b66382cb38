"""The stream of mails: determinism, spans, labels, and what personal data it may hold."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from itertools import pairwise

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import PROJECT
from triage.samples import BLOCK, ENTITIES, HEADS, SampleMail, generate

SEEDS = (1, 2, 77)
SOME_THOUSAND = 40 * BLOCK


@pytest.fixture(scope="module")
def mails() -> list[SampleMail]:
    return list(generate(SOME_THOUSAND, seed=5))


def text_of(mail: SampleMail, field: str) -> str:
    return mail.subject if field == "subject" else mail.body


def values(mails: list[SampleMail], entity: str) -> list[str]:
    return [text_of(m, s.field)[s.start : s.end] for m in mails for s in m.spans if s.entity == entity]


def luhn(number: str) -> bool:
    digits = [int(digit) for digit in re.sub(r"\D", "", number)]
    return sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits))) % 10 == 0


def iban_remainder(iban: str) -> int:
    plain = iban.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97


FORMS = {
    "EMAIL_ADDRESS": re.compile(r"[\w.+-]+@([\w-]+\.)*(example|example\.(com|net|org))", re.IGNORECASE),
    "PHONE_NUMBER": re.compile(r"[+(]?\d[\d ()/.-]{7,}\d"),
    "US_SSN": re.compile(r"9\d\d-[0-4]\d-\d{4}"),
    "IP_ADDRESS": re.compile(r"(192\.0\.2|198\.51\.100|203\.0\.113|10\.20\.30)\.\d{1,3}|2001:db8::[0-9a-f:]+"),
    "URL": re.compile(r"https://\S+\.example\S*", re.IGNORECASE),
    "IBAN_CODE": re.compile(r"(?:[A-Z]{2}\d\d[A-Z0-9 ]{12,30})", re.IGNORECASE),
    "CREDIT_CARD": re.compile(r"(?:\d[ -]?){15}\d"),
    "STREET_ADDRESS": re.compile(r"(?=.*\d).{5,}"),
    "PERSON": re.compile(r"\S.*\S|\S"),
    "LOCATION": re.compile(r"[^\W\d_]+", re.IGNORECASE),
}


@pytest.mark.parametrize("entity", ENTITIES)
def test_values_have_the_form_of_their_entity(mails: list[SampleMail], entity: str) -> None:
    found = values(mails, entity)
    assert found
    assert [value for value in found if not FORMS[entity].fullmatch(value)] == []


def test_card_and_account_numbers_have_valid_check_digits(mails: list[SampleMail]) -> None:
    assert all(luhn(card) for card in values(mails, "CREDIT_CARD"))
    assert all(iban_remainder(iban) == 1 for iban in values(mails, "IBAN_CODE"))


def test_phone_numbers_can_be_parsed(mails: list[SampleMail]) -> None:
    regions = ("US", "GB", "DE", "FR", "ES")
    for number in set(values(mails, "PHONE_NUMBER")):
        assert any(phonenumbers.is_possible_number(phonenumbers.parse(number, region)) for region in regions)


@given(seed=st.integers(0, 2**32), start=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_spans_lie_in_the_text_in_order_and_on_one_line(seed: int, start: int) -> None:
    for mail in generate(40, seed, start):
        for field in ("subject", "body"):
            text = text_of(mail, field)
            spans = [span for span in mail.spans if span.field == field]
            pieces = [text[span.start : span.end] for span in spans]
            assert all(piece and piece == piece.strip() and "\n" not in piece for piece in pieces)
            assert all(span.end <= len(text) for span in spans)
            assert all(one.end <= other.start for one, other in pairwise(spans))


def test_every_address_in_the_text_is_marked(mails: list[SampleMail]) -> None:
    anywhere = re.compile(r"[\w.+-]+@[\w.-]*\w")
    for mail in mails:
        marked = {mail.body[s.start : s.end] for s in mail.spans if s.field == "body"}
        assert {found for found in anywhere.findall(mail.body) if found not in marked} == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_gives_the_same_mails(seed: int) -> None:
    assert list(generate(100, seed)) == list(generate(100, seed))


def test_other_seeds_give_other_mails() -> None:
    assert {mail.raw for mail in generate(BLOCK, 1)}.isdisjoint({mail.raw for mail in generate(BLOCK, 2)})


@given(start=st.integers(0, 300), mails=st.integers(0, 200))
@settings(max_examples=10, deadline=None)
def test_a_part_equals_that_part_of_the_whole(start: int, mails: int) -> None:
    whole = [mail.raw for mail in generate(500, seed=3)]
    assert [mail.raw for mail in generate(mails, seed=3, start=start)] == whole[start : start + mails]


@pytest.mark.parametrize(("mails", "start"), [(-1, 0), (1, -1)], ids=["mails", "start"])
def test_negative_numbers_are_refused(mails: int, start: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        next(generate(mails, 1, start))


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("head", HEADS)
def test_every_label_stands_on_both_sides(mails: list[SampleMail], head: str, split: str) -> None:
    seen = {mail.labels[head] for mail in mails if mail.labels and head in mail.labels and mail.split == split}
    assert seen == set(HEADS[head])


def test_a_thread_is_on_one_side(mails: list[SampleMail]) -> None:
    sides = {(mail.thread, mail.split) for mail in mails}
    assert len({thread for thread, _ in sides}) == len(sides)


def test_shares_of_languages_kinds_and_sides(mails: list[SampleMail]) -> None:
    kinds = Counter(mail.labels["kind"] for mail in mails if mail.labels)
    languages = Counter(mail.language for mail in mails)
    assert 0.18 < sum(mail.split == "test" for mail in mails) / len(mails) < 0.32
    assert 0.75 < kinds["human"] / kinds.total() < 0.90
    assert languages["en"] / languages.total() > 0.6
    assert min(languages.values()) / languages.total() > 0.03


def test_duplicates_repeat_an_earlier_mail(mails: list[SampleMail]) -> None:
    repeats = [index for index, mail in enumerate(mails) if mail.duplicate]
    assert repeats
    for index in repeats:
        raw = mails[index].raw.removeprefix(b"Status: RO\n")
        assert any(mail.raw.removeprefix(b"Status: RO\n") == raw for mail in mails[:index])


def test_hostile_mails_have_no_labels(mails: list[SampleMail]) -> None:
    assert {mail.labels is None for mail in mails if mail.hostile} == {True}
    assert {mail.labels is None for mail in mails if not mail.hostile} == {False}
    assert len({mail.hostile for mail in mails}) > 8


def test_dates_lie_in_the_eighteen_months(mails: list[SampleMail]) -> None:
    years = Counter(mail.sent.split()[3] for mail in mails if mail.sent)
    assert set(years) <= {"2023", "2024", "2025"}
    assert min(years["2024"], years["2025"]) > len(mails) / 5


def test_mails_parse_to_the_text_that_gold_says(mails: list[SampleMail]) -> None:
    for mail in mails:
        if mail.hostile:
            continue
        message = message_from_bytes(mail.raw)
        assert message["Message-ID"] == mail.message_id
        part = next((one for one in message.walk() if one.get_content_type() == "text/plain"), None)
        if part is not None and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            assert content.decode(part.get_content_charset("ascii")) == mail.body + "\n"


def test_signs_agree_with_the_headers(mails: list[SampleMail]) -> None:
    for mail in (one for one in mails if not one.hostile):
        message = message_from_bytes(mail.raw)
        types = [part.get_content_type() for part in message.walk()]
        assert mail.signs.list_mail == ("List-Unsubscribe" in message)
        assert mail.signs.bulk == (message["Precedence"] == "bulk")
        assert mail.signs.reply == ("In-Reply-To" in message)
        assert mail.signs.bounce == ("multipart/report" in types)
        assert mail.signs.has_html == ("text/html" in types)
        assert mail.signs.attachments == len([p for p in message.walk() if p.get_content_disposition() == "attachment"])


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_writes_the_same_bytes(hash_seed: str) -> None:
    program = (
        "import hashlib; from triage.samples import generate; "
        "print(hashlib.sha256(b''.join(mail.raw for mail in generate(1280, 4))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    run = subprocess.run([sys.executable, "-c", program], env=environment, cwd=PROJECT, capture_output=True, check=True)
    here = hashlib.sha256(b"".join(mail.raw for mail in generate(1280, 4))).hexdigest()
    assert run.stdout.decode().strip() == here
