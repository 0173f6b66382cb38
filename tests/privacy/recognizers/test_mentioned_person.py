"""Names behind an at sign and in capitals between slashes."""

from __future__ import annotations

import pytest

from triage.privacy.recognizers.mentioned_person import MentionedPerson

FOUND = {
    "mention in capitals": ("de", "@MARTINA bitte prüfen", ["MARTINA"]),
    "mention inside a line": ("de", "cc @SCHNEIDER bitte", ["SCHNEIDER"]),
    "mention": ("fr", "Bonjour, @Camille, merci", ["Camille"]),
    "two mentions": ("en", "(@Oliver @Sarah) please check", ["Oliver", "Sarah"]),
    "short given names": ("en", "Ask LEE/JIM/TIM now.", ["LEE", "JIM", "TIM"]),
    "surnames": ("de", "Urlaub: SCHMIDT/MEIER/KOCH", ["SCHMIDT", "MEIER", "KOCH"]),
    "blanks around slashes": ("en", "Ask PETER / JAMES to sign.", ["PETER", "JAMES"]),
    "ordinary word behind an at sign": ("en", "see @Home and @Test", []),
    "mail address": ("en", "write to a@Martina.example or b@MARTINA", []),
    "offices": ("en", "Sara Shackleton/HOU/ECT@ECT", []),
    "units": ("en", "sent to HOU/ECT", []),
    "path": ("en", "see /JACK/OLGA/ and x/JACK", []),
}


@pytest.mark.parametrize("case", FOUND)
def test_listed_names_are_found_behind_an_at_sign_and_between_slashes(case: str) -> None:
    language, text, names = FOUND[case]
    found = MentionedPerson(language).find(text)
    assert [text[start:end] for start, end, _ in found] == names
