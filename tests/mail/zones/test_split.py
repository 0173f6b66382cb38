from __future__ import annotations

import gc
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.mail.zones.split import Kind, Zone, zone_at, zones

KINDS = {"n": "newest", "q": "quoted", "f": "forwarded", "s": "signature", "d": "disclaimer", "h": "header"}
LONG = "This is what I have to say about the matter, and it is longer than a line of a signature would be."


def kinds_of_lines(text: str) -> str:
    """One letter a line; `.` for a blank one."""
    found, letters, start = zones(text), {kind: letter for letter, kind in KINDS.items()}, 0
    lines = []
    for line in text.split("\n"):
        lines.append(letters[zone_at(found, start)] if line.strip("> ") else ".")
        start += len(line) + 1
    return "".join(lines)


def case(name: str, *marked: str) -> object:
    """Lines, each with its expected letter before it."""
    expected = "".join(line[0] for line in marked)
    return pytest.param("\n".join(line[2:] for line in marked), expected, id=name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("plain", f"n {LONG}", f"n {LONG}"),
        case(
            "outlook en",
            f"n {LONG}",
            ". ",
            "h -----Original Message-----",
            "h From: Bob Field [mailto:bob@example.org]",
            "h Sent: Monday, May 4, 2020 10:00 AM",
            "h To: Ann Example; Carl Other;",
            "h Dora Third",
            "h Subject: RE: room",
            ". ",
            f"q {LONG}",
            "s Bob",
        ),
        case(
            "outlook de",
            "n Hallo Herr Feld,",
            f"n {LONG}",
            ". ",
            "s Mit freundlichen Grüßen",
            "s Anna Beispiel",
            ". ",
            "h Von: Bernd Feld <b@example.de>",
            "h Gesendet: Montag, 4. Mai 2020 10:00",
            "h An: Anna Beispiel",
            "h Betreff: AW: Raum",
            ". ",
            f"q {LONG}",
        ),
        case(
            "outlook fr",
            f"n {LONG}",
            "s Cordialement,",
            "s Anne Exemple",
            "h De : Bernard Champ",
            "h Envoyé : lundi 4 mai 2020 10:00",
            "h À : Anne Exemple",
            "h Objet : salle",
            f"q {LONG}",
        ),
        case(
            "outlook es",
            f"n {LONG}",
            "s Un saludo,",
            "s Ana Ejemplo",
            "h De: Bernardo Campo",
            "h Enviado: lunes, 4 de mayo de 2020 10:00",
            "h Para: Ana Ejemplo",
            "h Asunto: sala",
            f"q {LONG}",
        ),
        case(
            "html fields in bold with rule and gaps",
            f"n {LONG}",
            "h ________________________________",
            "h *From:* Bob Field",
            ". ",
            "h *To:* Ann",
            ". ",
            "h *Subject:* room",
            ". ",
            f"q {LONG}",
        ),
        case(
            "lotus",
            "n FYI, see below what was said.",
            "h ---------------------- Forwarded by Ann Example/HOU/ECT on 04/05/2001 ",
            "h 05:29 PM ---------------------------",
            ". ",
            "h Bob Field@ECT",
            "h 04/05/2001 03:59 PM",
            "h To: Ann Example/HOU/ECT@ECT, Carl Other/HOU/ECT@ECT, Dora ",
            "h Third/HOU/ECT@ECT",
            "h cc:  ",
            "h Subject: room",
            ". ",
            f"f {LONG}",
        ),
        case(
            "answers between quotes",
            "h On Mon, 4 May 2020 at 10:00, Bob Field <bob@example.org> wrote:",
            "q > Is the room free?",
            "n Yes, it is free for us.",
            "q > And on Tuesday?",
            "n No, then it is taken.",
            "s Ann",
        ),
        case(
            "attribution over two lines",
            f"n {LONG}",
            "h On Mon, 4 May 2020 at 10:00, Bob Field",
            "h <bob@example.org> wrote:",
            f"q > {LONG}",
        ),
        case("attribution de", "h Am 04.05.2020 um 10:00 schrieb Bernd Feld:", f"q > {LONG}", f"n {LONG}"),
        case("attribution fr", "h Le 4 mai 2020 à 10:00, Bernard Champ a écrit :", f"q > {LONG}", f"n {LONG}"),
        case("attribution es", "h El 4 may 2020, a las 10:00, Bernardo Campo escribió:", f"q > {LONG}"),
        case("attribution without date", "h Bob Field wrote:", f"q > {LONG}", f"n {LONG}"),
        case(
            "quotation without marks",
            f"n {LONG}",
            "h On Mon, 4 May 2020 at 10:00, Bob Field <bob@example.org> wrote:",
            ". ",
            f"q {LONG}",
            "s Best regards,",
            "s Bob",
        ),
        case(
            "delimiter",
            f"n {LONG}",
            "s -- ",
            "s Ann Example, Example Ltd",
            "s +44 20 7946 0000",
        ),
        case(
            "closing and block",
            f"n {LONG}",
            ". ",
            "s Thanks,",
            "s Ann Example",
            "s Manager",
            ". ",
            "s Phone 713-853-9106",
        ),
        case("name alone", f"n {LONG}", ". ", "s Ann"),
        case("name directly below", f"n {LONG}", "s Ann"),
        case("thanks alone is prose", f"n {LONG}", ". ", "n Thanks in advance."),
        case(
            "mailing list",
            f"n {LONG}",
            ". ",
            "s Ann",
            ". ",
            "d _______________________________________________",
            "d R-help@example.org mailing list",
            "d https://example.org/mailman/listinfo/r-help",
        ),
        case(
            "disclaimer en",
            f"n {LONG}",
            "s Regards,",
            "s Ann Example",
            ". ",
            "d This e-mail is confidential and intended only for the addressee.",
            "d If you have received this message in error, delete it.",
        ),
        case(
            "disclaimer de",
            f"n {LONG}",
            ". ",
            "d Diese E-Mail enthält vertrauliche Informationen und ist nur für den Adressaten bestimmt.",
        ),
        case(
            "disclaimer fr",
            f"n {LONG}",
            ". ",
            "d Ce message est confidentiel et réservé à l'usage exclusif de son destinataire.",
        ),
        case(
            "disclaimer es",
            f"n {LONG}",
            ". ",
            "d Este mensaje es confidencial y está dirigido únicamente a su destinatario.",
        ),
        case(
            "signature in a quotation",
            f"n {LONG}",
            f"q > {LONG}",
            "s > Best regards,",
            "s > Bob",
        ),
        case("no header", "n From: the beginning", f"n {LONG}"),
        case("times are no fields", "n Opening hours", "n From: nine", "n To: five", f"n {LONG}"),
    ],
)
def test_each_line_is_in_its_zone(text: str, expected: str) -> None:
    assert kinds_of_lines(text) == expected


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "> ",
                "-- ",
                "From: a@b.de",
                "To: a",
                "Subject: x",
                "On 1 May 2020 X wrote:",
                "Thanks,",
                "Ann",
                LONG,
                "______________",
                "-----Original Message-----",
                "> > Hi",
                "Unsubscribe here",
                "\t",
                "é\u2028\r",
            ]
        )
        | st.text(max_size=30)
    )
)
def test_zones_cover_every_character_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = zones(text)
    assert "".join(text[zone.start : zone.end] for zone in found) == text
    assert all(a.end == b.start and a.kind != b.kind for a, b in pairwise(found))
    assert all(zone.start < zone.end for zone in found)
    for position in range(0, len(text), 7):
        [holding] = [zone.kind for zone in found if zone.start <= position < zone.end]
        assert zone_at(found, position) == holding


BLOCK = "See below.\n\nFrom: Bob Field <b@example.org>\nSent: Monday\nTo: Ann\nSubject: room\n\nIs it free?\n"


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        pytest.param("Fwd: room", BLOCK, "forwarded", id="block of a forwarded mail"),
        pytest.param("RE: room", BLOCK, "quoted", id="block of an answered mail"),
        pytest.param(
            "Fwd: room", "Yes.\n\nOn 4 May 2020 at 10:00, Bob wrote:\n> Is it free?", "quoted", id="attribution"
        ),
        pytest.param("", "FYI\n\n---- Forwarded message ----\n\n> Is it free?\n", "forwarded", id="quote in a forward"),
    ],
)
def test_subject_and_separator_tell_forwarded_from_answered(subject: str, text: str, kind: Kind) -> None:
    assert zone_at(zones(text, subject), text.index("Is it free")) == kind


@pytest.mark.parametrize(("position", "kind"), [(-1, "newest"), (0, "header"), (4, "quoted"), (9, "newest")])
def test_a_position_outside_is_in_no_special_zone(position: int, kind: Kind) -> None:
    assert zone_at([Zone(0, 3, "header"), Zone(3, 8, "quoted")], position) == kind


def test_nothing_has_no_zones() -> None:
    assert zones("") == []


HOSTILE = {
    "fields": "From: a\n",
    "lists": "To: a,\n b,\n",
    "open list": "To: a\nb\nc\n",
    "rules": "_______\n",
    "starts of attributions": "On 1 May 2020 a\n",
    "quotes": "> " * 50 + "\n",
    "deep": "> ",
    "blank": "\n",
    "names": "Ann\n\n",
    "closings": "Thanks,\n",
    "delimiters": "-- \n",
    "separators": "---- Forwarded by x\n",
    "disclaimers": "This e-mail is ",
    "one line": "a",
    "dashes": "-",
    "capitals": "A ",
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_text(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        gc.disable()  # else it counts the objects of all tests before this one, over and over
        try:
            start = time.process_time()
            zones(text)
            return time.process_time() - start
        finally:
            gc.enable()

    ratios = []
    for _ in range(3):
        small, large = seconds(50_000), seconds(200_000)
        ratios.append(0.0 if large < 0.02 else large / max(small, 1e-4))
    assert min(ratios) < 10
