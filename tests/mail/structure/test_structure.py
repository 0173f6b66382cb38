"""The files of forms: their schema, and the words that are no names."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from triage.mail.structure import LANGUAGES, is_form_word, structures
from triage.mail.structure.expressions import words
from triage.mail.structure.headers import KINDS, field_names, header_field
from triage.mail.structure.load import FOLDER
from triage.mail.structure.model import Forms, Structure
from triage.yaml_file import read_yaml


def lists_of(forms: Structure) -> dict[str, Forms]:
    parts = (("", forms), ("header.", forms.header), ("attribution.", forms.attribution))
    return {f"{prefix}{name}": value for prefix, part in parts for name, value in part if isinstance(value, tuple)}


def test_every_language_has_one_file_and_every_file_a_language() -> None:
    assert sorted(file.stem for file in FOLDER.iterdir()) == sorted(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_file_holds_to_the_schema_and_gives_no_key_twice(code: str) -> None:
    assert Structure.model_validate(read_yaml(FOLDER / f"{code}.yaml", "file of forms", "")) == structures()[code]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_form_is_given_twice_in_a_list(code: str) -> None:
    twice = {
        name: [form for form, count in Counter(forms).items() if count > 1]
        for name, forms in lists_of(structures()[code]).items()
    }
    assert not {name: forms for name, forms in twice.items() if forms}


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_the_fields_that_every_mail_program_writes(code: str) -> None:
    header = structures()[code].header
    assert all((header.sender, header.to, header.cc, header.date, header.subject))


@pytest.mark.parametrize("code", LANGUAGES)
def test_related_languages_have_files(code: str) -> None:
    assert set(structures()[code].related) <= set(LANGUAGES) - {code}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Rechnung Zwischensumme Kontaktdaten Zahlungsinformationen Von An Betreff Durchwahl"),
        ("fr", "De À Cher Référence Facture Objet Cordialement Échéance"),
        ("es", "Factura Estimado Asunto Saludos Atentamente Importe"),
        ("it", "Fattura Buongiorno Cordiali Oggetto Gentile Allegato"),
        ("nl", "Factuur Geachte Bijlage Vriendelijke Onderwerp"),
        ("pt", "Fatura Prezado Atenciosamente Assunto Anexo"),
        ("pl", "Reklamacja Dzień Kierowca Proszę Pozdrawiam Temat"),
        ("da", "Venlig Hilsen Emne Sendt Faktura"),
        ("sv", "Ämne Vänliga Hälsningar Faktura Skickat"),
        ("nb", "Vennlig Hilsen Emne Vedlegg"),
        ("fi", "Lasku Aihe Terveisin Ystävällisin Liitteet"),
        ("cs", "Faktura Předmět Pozdravem Příloha Dobrý"),
        ("hu", "Számla Tárgy Üdvözlettel Tisztelt Melléklet"),
        ("ro", "Factură Subiect Stimate Mulțumesc Expeditor"),
        ("tr", "Fatura Konu Saygılarımla Sipariş Merhaba"),
        ("el", "Τιμολόγιο Θέμα Εκτίμηση Καλημέρα Παραγγελία"),
        ("ru", "Счёт Счет Тема Здравствуйте Уважением Заказ"),
        ("uk", "Рахунок Тема Вітаю Повагою Замовлення"),
        ("ja", "請求書 件名 差出人 合計"),
        ("zh", "发票 主题 发件人 谢谢"),
        ("ko", "청구서 제목 감사합니다 합계"),
        ("en", "Invoice Subtotal Regards Sirs Subject"),
        ("und", "Rechnung Fattura Pozdrawiam Счёт Venlig Invoice"),
    ],
)
def test_words_of_letters_and_forms(language: str, words: str) -> None:
    assert [word for word in words.split() if not is_form_word(word.casefold(), language)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Love Best Hope Grace Bill Smith"),
        ("de", "Schneider Koch Anna Rechnungen-Müller"),
        ("nl", "Dag Jansen Beste"),
        ("nb", "Dag Tor Solveig"),
        ("da", "Bo Dagmar Tor"),
        ("el", "Φωτεινή Καραγιάννη"),
        ("ru", "Ирина Смирнова Любовь"),
        ("hu", "Kedves Szabó"),
        ("ja", "長谷川 みどり"),
        ("und", "Dag Anna Иван Love"),
    ],
)
def test_names_are_no_form_words(language: str, words: str) -> None:
    assert [word for word in words.split() if is_form_word(word.casefold(), language)] == []


def test_words_of_another_language_do_not_count_where_the_language_is_known() -> None:
    assert not is_form_word("счёт", "de")
    assert is_form_word("invoice", "de")


def test_no_header_field_has_two_meanings() -> None:
    kinds: dict[str, set[str]] = {}
    for kind in KINDS:
        for name in field_names(kind):
            kinds.setdefault(name.casefold(), set()).add(kind)
    assert {name: meant for name, meant in kinds.items() if len(meant) > 1} == {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("From: Ann <a@b.example>", ("sender", " Ann <a@b.example>")),
        ("*Von:* Ann", ("sender", " Ann")),
        ("  À : Anne", ("to", " Anne")),
        ("差出人： 長谷川", ("sender", " 長谷川")),
        ("보낸 사람: 김민수", ("sender", " 김민수")),
        ("X-Priority: 1", ("other", " 1")),
        ("EMNE: hylder", ("subject", " hylder")),
        ("to://somewhere", None),
        ("The table: it is free", None),
        (": nothing", None),
    ],
)
def test_header_field_of_a_line(line: str, expected: tuple[str, str] | None) -> None:
    assert header_field(line) == expected


@pytest.mark.parametrize(
    ("forms", "text", "expected"),
    [
        (["regards", "regards again"], "Regards again, Bob", "Regards again"),
        (["best", "best regards"], "best regardless", "best"),
        (["l'eau"], "de l’eau", "l’eau"),
        (["från"], "FRÅN mig", "FRÅN"),
        (["さん"], "長谷川さんへ", "さん"),
        (["bey"], "Ali Beyoğlu", None),
        ([], "text", None),
        (["att."], "Att. Bo", "Att."),
    ],
)
def test_expression_of_forms(forms: list[str], text: str, expected: str | None) -> None:
    match = re.search(words(forms), text, re.IGNORECASE)
    assert (match and match.group()) == expected
