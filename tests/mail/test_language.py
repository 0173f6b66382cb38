"""The language of short mail, where a line says little and other signs help, and of long mail, where they do not."""

from __future__ import annotations

import pytest

from triage.mail.language import UNKNOWN, language
from triage.mail.language_signs import prior_of, words_say

ONE_LINERS = [
    ("en", "Re: order", "Please call me back."),
    ("en", "", "Thanks, will do."),
    ("en", "Invoice 4711", "See attached."),
    ("en", "Hi", "When will it arrive?"),
    ("en", "", "Can you send the report?"),
    ("en", "Re: Projekt", "Yes, please go ahead."),
    ("de", "", "Danke, passt so."),
    ("de", "Re: offer", "Bitte um Rückruf."),
    ("de", "", "Ist angekommen, danke."),
    ("fr", "", "Merci, c'est noté."),
    ("fr", "Facture", "Ci-joint la facture."),
    ("fr", "", "Quand est-ce que ça arrive ?"),
    ("es", "", "Gracias, recibido."),
    ("es", "Pedido", "¿Cuándo llega?"),
    ("it", "", "Va bene, grazie mille."),
    ("it", "Ordine", "Mi chiami domani."),
    ("nl", "", "Akkoord, bedankt."),
    ("nl", "Vraag", "Kunt u mij bellen?"),
    ("pt", "", "Obrigado, fico à espera."),
    ("pt", "Encomenda", "Já chegou, obrigada."),
    ("pl", "", "Dziękuję, zgoda."),
    ("pl", "Faktura", "W załączniku."),
    ("da", "", "Tak, det er fint."),
    ("da", "Ordre", "Hvornår kommer den?"),
    ("sv", "", "Tack, det låter bra."),
    ("sv", "Faktura", "Bifogat finns fakturan."),
    ("cs", "", "Děkuji, v pořádku."),
    ("fi", "", "Kiitos, sopii hyvin."),
    ("ja", "", "了解しました。"),
    ("el", "", "Ευχαριστώ πολύ."),
]
LONG = {
    "en": "The printer on the third floor is jammed again and nobody has been here to look at it since last Thursday.",
    "de": "Der Drucker im dritten Stock klemmt schon wieder, und seit Donnerstag war niemand da, um danach zu sehen.",
    "fr": "L'imprimante du troisième étage est encore bloquée et personne n'est venu la voir depuis jeudi dernier.",
}
QUOTE = {
    "en": "> Could you tell us whether the delivery of last week has reached the warehouse?",
    "de": "> Können Sie uns sagen, ob die Lieferung der letzten Woche im Lager angekommen ist?",
    "pl": "> Czy mogą Państwo powiedzieć, czy dostawa z zeszłego tygodnia dotarła do magazynu?",
    "es": "> ¿Nos pueden decir si la entrega de la semana pasada ha llegado al almacén?",
    "sv": "> Kan ni säga oss om leveransen från förra veckan har kommit fram till lagret?",
    "it": "> Ci potete dire se la consegna della settimana scorsa è arrivata in magazzino?",
}


@pytest.mark.parametrize(("code", "subject", "body"), ONE_LINERS, ids=[f"{c} {b}" for c, _, b in ONE_LINERS])
def test_one_line_has_a_language(code: str, subject: str, body: str) -> None:
    found, score = language(subject, body)
    assert found == code
    assert 0 < score <= 1


@pytest.mark.parametrize("code", QUOTE)
@pytest.mark.parametrize("body", ["OK", "FYI", "4711", "👍", ""])
def test_a_line_without_words_has_the_language_of_what_it_quotes(body: str, code: str) -> None:
    assert language("Re: 4711", f"{body}\n\n{QUOTE[code]}")[0] == code


@pytest.mark.parametrize(
    "line",
    [
        "Den 22.01.2024 kl. 14.40 skrev Aksel Holm <a@x.example>:",
        "Dnia 22.01.2024 o 14:40 Jan Kos <j@x.example> napisał(a):",
        "Op 22-01-2024 om 14:40 schreef Daan Vos:",
        "Em 22/01/2024 às 14:40, Rui Melo escreveu:",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_line_before_a_quote_is_the_mail_programs(line: str, gap: str) -> None:
    assert language("", f"Thanks, that works.\n\n{line}{gap}{QUOTE['en']}")[0] == "en"


def test_own_words_weigh_more_than_the_quote() -> None:
    assert language("", f"Thanks, I will send it to you.\n\n{QUOTE['de']}")[0] == "en"
    assert language("", f"Danke, ich schicke es Ihnen.\n\n{QUOTE['en']}")[0] == "de"


@pytest.mark.parametrize(
    ("body", "prior", "expected"),
    [
        ("OK", {}, UNKNOWN),
        ("Tak", {}, UNKNOWN),
        ("Tak", {"pl": 0.3}, "pl"),
        ("Tak", {"da": 0.3}, "da"),
        ("OK", {"fr": 0.7}, "fr"),
        ("OK", {"fr": 0.3}, UNKNOWN),
        ("OK", {"xx": 0.9}, UNKNOWN),
        ("", {}, UNKNOWN),
    ],
)
def test_a_prior_decides_where_the_text_does_not(body: str, prior: dict[str, float], expected: str) -> None:
    assert language("", body, prior)[0] == expected


@pytest.mark.parametrize("code", LONG)
@pytest.mark.parametrize("other", ["pl", "en", "de"])
def test_long_text_has_its_own_language(code: str, other: str) -> None:
    assert language("", f"{LONG[code]}\n\n{QUOTE[other]}", {other: 1.0}) == language("", LONG[code])
    assert language("", LONG[code])[0] == code


@pytest.mark.parametrize(
    ("header", "sender", "receivers", "expected"),
    [
        ("", "", [], {}),
        ("de-DE", "", [], {"de": 0.4}),
        ("no", "", [], {"nb": 0.4}),
        ("de, en", "", [], {"de": 0.4}),
        ("german", "", [], {}),
        ("", "a@x.pl", [], {"pl": 0.3}),
        ("", "a@x.com", [], {}),
        ("", "Pl", [], {}),
        ("fr", "a@x.fr", ["b@y.fr", "c@z.fr", "d@z.dk"], {"fr": 0.85, "da": 0.15}),
    ],
)
def test_what_the_header_says(header: str, sender: str, receivers: list[str], expected: dict[str, float]) -> None:
    assert prior_of(header, sender, receivers) == pytest.approx(expected)


def test_a_word_of_many_languages_says_little() -> None:
    assert words_say("") == {}
    assert (
        max(
            words_say(
                "die Lieferung und nicht",
            ).items(),
            key=lambda one: one[1],
        )[0]
        == "de"
    )
