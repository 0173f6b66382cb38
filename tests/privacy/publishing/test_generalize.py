"""What is said instead of a value: coarser, or nothing but the entity."""

from __future__ import annotations

import pytest

from triage.privacy.publishing.generalize import generalize

CASES = [
    ("DATE", "4 May 2026", "2026-05"),
    ("DATE", "2026-05-04", "2026-05"),
    ("DATE", "May 4th, 2026 at 10:30", "2026-05"),
    ("DATE", "4 May", "<DATE>"),
    ("DATE", "yesterday", "<DATE>"),
    ("BIRTH_DATE", "04.07.1961", "1961"),
    ("BIRTH_DATE", "3 mars 1984", "1984"),
    ("BIRTH_DATE", "1984-03-03", "1984"),
    ("BIRTH_DATE", "1984. március 3.", "1984"),
    ("BIRTH_DATE", "1984年3月3日", "1984"),
    ("BIRTH_DATE", "19840303", "1984"),
    ("BIRTH_DATE", "04071961", "1961"),
    ("BIRTH_DATE", "5/6/79", "1979"),
    ("BIRTH_DATE", "5/6/05", "2005"),
    ("BIRTH_DATE", "3 marca 84", "1984"),
    ("BIRTH_DATE", "3 March", "<BIRTH_DATE>"),
    ("LOCATION", "Berlin", "Germany"),
    ("LOCATION", "Houston, Texas", "United States"),
    ("LOCATION", "SPAIN", "Spain"),
    ("LOCATION", "Xeldrinville", "<LOCATION>"),
    ("STREET_ADDRESS", "12 rue de la Paix, 75002 Paris", "France"),
    ("STREET_ADDRESS", "Musterweg 7", "<STREET_ADDRESS>"),
    ("AGE", "34 years old", "30-39"),
    ("AGE", "7-jährig", "0-9"),
    ("AGE", "elderly", "<AGE>"),
    ("URL", "https://people.example/users/kai?x=1", "people.example"),
    ("URL", "www.example.com/a", "www.example.com"),
    ("URL", "http://kai:secret@host.example/", "host.example"),
    ("URL", "http://[broken", "<URL>"),
    ("IP_ADDRESS", "203.0.113.9", "203.0.0.0/16"),
    ("IP_ADDRESS", "2001:db8:1:2::5", "2001:db8::/32"),
    ("IP_ADDRESS", "999.1.1.1", "<IP_ADDRESS>"),
]


@pytest.mark.parametrize(("entity", "value", "said"), CASES, ids=[f"{e}: {v}" for e, v, _ in CASES])
def test_generalize(entity: str, value: str, said: str) -> None:
    assert generalize(entity, value) == said
