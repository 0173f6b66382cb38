"""What detection reads: one spelling of each character, and the way back to the text as it stands."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from triage.privacy.anonymizer import Anonymizer
from triage.privacy.folding import fold, visible
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.privacy.publishing.residue import has_residue

PLAIN = {
    "full-width letters and signs": ("ａｎｎａ．ｑ＠ｈｏｆ．ｅｘａｍｐｌｅ", "anna.q@hof.example"),
    "full-width digits": ("＋４９　（３０）　１２３", "+49 (30) 123"),
    "small at sign": ("anna﹫hof.example", "anna@hof.example"),
    "zero-width space": ("anna@\u200bhof.example", "anna@hof.example"),
    "soft hyphen": ("Kirch\u00adhoff", "Kirchhoff"),
    "word joiner, byte order mark, marks of direction": ("\u202a12\u206034\ufeff56\u200f", "123456"),
    "zero-width joiners": ("a\u200cb\u200dc", "abc"),
    "variation selector": ("7\ufe0f8", "78"),
    "combining grapheme joiner": ("A\u034fnna", "Anna"),
    "no-break spaces": ("1\u00a02\u202f3\u20074", "1 2 3 4"),
    "thin, hair and ideographic spaces": ("1\u20092\u200a3\u30004", "1 2 3 4"),
    "hyphens": ("a\u2010b\u2011c\uff0dd\ufe63e", "a-b-c-d-e"),
    "dashes between digits": ("901–45—67−8", "901-45-67-8"),
    "dash after an area code": ("030 – 4567", "030 - 4567"),
    "dash between brackets and digits": ("(030)–4567", "(030)-4567"),
    "quotation marks": ("‘a’ “b” „c‟ d’e", '\'a\' "b" "c" d\'e'),
    "decomposed umlaut": ("Ju\u0308rgen", "Jürgen"),
    "mark behind an invisible character": ("Ju\u200b\u0308rgen", "Jürgen"),
    "ligatures": ("ﬁﬂ", "fifl"),
    "mathematical letters": ("𝐊𝐚𝐬𝐢𝐦𝐢𝐫 𝟙𝟚", "Kasimir 12"),
    "digits of other scripts": ("٠١٢ ९८", "012 98"),
    "half-width kana": ("ﾊｾｶﾞﾜ", "ハセガワ"),
    "Korean in parts": ("\u1112\u1161\u11ab", "한"),
    "separator of lines": ("a\u2028b", "a\nb"),
}
KEPT = {
    "ASCII": "Call +1 (202) 555-0123, `x`\t~ \"y\" 'z'\r\n",
    "Latin-1": "m², nº 7, ½, 5 µm, «ß», Zoë ´",
    "dash between words": "Monday – or – Tuesday — or 10 – 12",
    "ellipsis and trade mark": "Well… Acme™ ⑴",
    "superscripts": "x⁴⁵",
    "emoji": "😀",
    "misread í": "PrÃ\u00adncipe",
    "other scripts": "Счёт за доставку Φωτεινή 長谷川 みどり 한",
}
ALPHABET = (
    "aZ09 .,@-+()\n>'\"éüßÃ²ºª½´¨ﬁﷺ…™№⑴①Ⓚａ＠．０－‐‑‒–—―−‘’“”„ʼ𝐊𝟙٠९ㅎㅏﾢￂ가\ud800"
    "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff\u034f\ufe0f\u180e\u115f\u3164\uffa0"
    "\u0301\u0308\u0323\u3099\uff9e\u00a0\u2000\u2009\u202f\u3000\u2800\u2028\u1100\u1161\u11a8"
)
HOSTILE = st.text(st.sampled_from(ALPHABET), max_size=40)


@pytest.mark.parametrize(("text", "plain"), PLAIN.values(), ids=PLAIN)
def test_each_character_has_one_spelling(text: str, plain: str) -> None:
    assert fold(text).text == plain


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_means_something_else_stays(text: str) -> None:
    folded = fold(text)
    assert folded.text == text
    assert folded.located(0, len(text)) == (0, len(text))


def test_any_single_character_folds_once_and_to_something_of_its_own() -> None:
    for code in range(sys.maxunicode + 1):
        if not (
            unicodedata.decomposition(chr(code)) or unicodedata.category(chr(code)) in ("Cf", "Mn", "Nd", "Pd", "Zs")
        ):
            continue
        once = fold(chr(code)).text
        assert fold(once).text == once, f"U+{code:04X}"
        assert len(once) <= 4, f"U+{code:04X}"


@given(HOSTILE | st.text(max_size=60))
@example("e\u200b\u0301")
@example("\u200b\u0301a")
@example("ㅎㅏ")
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(HOSTILE | st.text(max_size=60))
def test_every_character_leads_back_to_what_made_it(text: str) -> None:
    """The map is monotone, leaves no visible character out, and each range gives its characters when it is folded."""
    folded = fold(text)
    ranges = [folded.located(i, i + 1) for i in range(len(folded.text))]
    assert ranges == sorted(ranges)
    assert [end for _, end in ranges] == sorted(end for _, end in ranges)
    dashes = str.maketrans(dict.fromkeys("‒–—―−", "-"))
    for character, (start, end) in zip(folded.text, ranges, strict=True):
        assert 0 <= start < end <= len(text)
        assert character.translate(dashes) in fold(text[start:end]).text.translate(dashes)
        assert end == len(text) or not unicodedata.combining(text[end])
    covered = {position for start, end in ranges for position in range(start, end)}
    assert visible("".join(c for i, c in enumerate(text) if i not in covered)) == ""


@given(HOSTILE | st.text(max_size=60))
@example("a\u200b\xa0１２")
def test_a_range_that_leads_back_is_found_again(text: str) -> None:
    """`placed` covers what `located` came from, and is the same range where no two characters have one source."""
    folded = fold(text)
    sources = [folded.located(i, i + 1) for i in range(len(folded.text))]
    for i, source in enumerate(sources):
        start, end = folded.placed(*source)
        assert start <= i < end
        assert {sources[j] for j in range(start, end)} == {source}


@given(HOSTILE, HOSTILE, HOSTILE)
def test_a_span_leads_back_to_all_between_its_ends(before: str, value: str, after: str) -> None:
    text = f"{before} x{value}x {after}"
    folded = fold(text)
    start, end = folded.located(len(fold(f"{before} ").text), len(fold(f"{before} x{value}x").text))
    assert text[start:].startswith("x")
    assert text[len(before) + 1 :].startswith(text[start : start + 1])
    assert end - start == len(value) + 2


ADDRESS, PHONE = "kasimir.wollny@pilzhof.example", "+49 30 901820155"
DISGUISED = {
    "full-width address": ("EMAIL_ADDRESS", "Write to [ｋａｓｉｍｉｒ．ｗｏｌｌｎｙ＠ｐｉｌｚｈｏｆ．ｅｘａｍｐｌｅ] now.", "en", ADDRESS),
    "zero-width space in an address": ("EMAIL_ADDRESS", "write to [kasimir.wollny@\u200bpilzhof.example] or", "en", ADDRESS),
    "soft hyphens in an address": ("EMAIL_ADDRESS", "à [kasi\u00admir.woll\u00adny@pilz\u00adhof.example]", "fr", ADDRESS),
    "small at sign": ("EMAIL_ADDRESS", "pod [kasimir.wollny﹫pilzhof.example]", "pl", ADDRESS),
    "soft hyphens in a number": ("PHONE_NUMBER", "ring [+49 30‑901\u00ad820\u00ad155] please", "en", PHONE),
    "no-break hyphens": ("PHONE_NUMBER", "Tel. [+49 30 901‑82‑01‑55]", "de", PHONE),
    "thin spaces": ("PHONE_NUMBER", "llame al [+49\u200930\u2009901820155]", "es", PHONE),
    "en dashes": ("PHONE_NUMBER", "bel [+49–30–901820155]", "nl", PHONE),
    "full-width number": ("PHONE_NUMBER", "電話：[＋４９　３０　９０１８２０１５５]", "ja", PHONE),
    "marks of direction": ("PHONE_NUMBER", "\u202a[+49 30 901820155]\u202c", "en", PHONE),
    "Arabic digits": ("PHONE_NUMBER", "اتصل [+٤٩ ٣٠ ٩٠١٨٢٠١٥٥]", "ar", PHONE),
    "IBAN with no-break spaces": ("IBAN_CODE", "auf [DE34\u00a03704\u00a00044\u00a00987\u00a06543\u00a021]", "de", "DE34370400440987654321"),
    "IBAN with a soft hyphen and a joiner": ("IBAN_CODE", "IBAN [FR14200410\u00ad100505\u20600001\u200d3M02606]", "fr", "FR1420041010050500013M02606"),
    "IBAN in full width": ("IBAN_CODE", "到 [ＤＥ３４３７０４００４４０９８７６５４３２１]", "zh", "DE34370400440987654321"),
    "card with figure spaces": ("CREDIT_CARD", "kort [4111\u20071111\u20071111\u20071111]", "da", "4111111111111111"),
    "card with en dashes": ("CREDIT_CARD", "card [4111–1111–1111–1111]", "en", "4111111111111111"),
    "card with zero-width spaces": ("CREDIT_CARD", "carta [4111\u200b1111\u200b1111\u200b1111]", "it", "4111111111111111"),
    "social security number with no-break hyphens": ("US_SSN", "SSN [219‑09‑9999]", "en", "219-09-9999"),
    "insurance number with no-break spaces": ("NATIONAL_ID", "number [AB\u00a012\u00a034\u00a056\u00a0C]", "en", "AB 12 34 56 C"),
    "social security number with thin spaces": ("NATIONAL_ID", "[1\u200985\u200905\u200978\u2009006\u2009084\u200991]", "fr", "1 85 05 78 006 084 91"),
    "plate with a no-break hyphen": ("LICENSE_PLATE", "Wagen [M‑KX\u00a04711]", "de", "M-KX 4711"),
    "web address with a soft hyphen": ("URL", "siehe [https://pilz\u00adhof.example/kasimir]", "de", "https://pilzhof.example/kasimir"),
    "IP address in full width": ("IP_ADDRESS", "von [１９２．１６８．７．３３]", "de", "192.168.7.33"),
    "street in decomposed letters": ("STREET_ADDRESS", "wohnt [Ko\u0308nigstraße\u00a012]", "de", "Königstraße 12"),
    "street with a soft hyphen": ("STREET_ADDRESS", "Adresse: [Bahn\u00adhof\u00adstraße 12]", "de", "Bahnhofstraße 12"),
}  # fmt: skip


@pytest.mark.parametrize(("entity", "marked", "language", "plain"), DISGUISED.values(), ids=DISGUISED)
def test_a_disguised_value_is_found_whole_and_has_the_token_of_the_plain_one(
    entity: str, marked: str, language: str, plain: str, anonymizer: Anonymizer, keys: Keys
) -> None:
    before, value, after = marked.replace("]", "[").split("[")
    found = [s for s in anonymizer.detect(before + value + after, {}, language) if s.entity == entity]
    assert [visible((before + value + after)[s.start : s.end]).strip() for s in found] == [visible(value)]
    assert pseudonym(entity, value, keys) == pseudonym(entity, plain, keys)


PEOPLE = {
    "soft hyphen": ("Kirch\u00adhoff", "de"),
    "zero-width space": ("Kirch\u200bhoff", "en"),
    "full width": ("Ｋｉｒｃｈｈｏｆｆ", "ja"),
    "mathematical letters": ("𝐊𝐢𝐫𝐜𝐡𝐡𝐨𝐟𝐟", "en"),
    "ligature": ("Kirchhoﬀ", "nl"),
    "word joiner": ("Kirchhoff\u2060", "fr"),
}


@pytest.mark.parametrize(("name", "language"), PEOPLE.values(), ids=PEOPLE)
def test_a_participant_s_name_is_found_in_any_form(name: str, language: str, anonymizer: Anonymizer) -> None:
    text = f"so {name} ."
    found = anonymizer.detect(text, {"From": "Ortrun Kirchhoff <ok@hof.example>"}, language)
    assert [text[s.start : s.end] for s in found if s.entity == "PERSON"] == [name]


def test_a_value_of_one_paragraph_is_found_in_another_form_in_the_next(anonymizer: Anonymizer) -> None:
    text = "Kundennummer: KD-4711-22\n\nund nochmals ＫＤ‑４７１１‑２２ hier"
    found = [text[s.start : s.end] for s in anonymizer.detect(text, {}, "de") if s.entity == "ACCOUNT_NUMBER"]
    assert found == ["KD-4711-22", "ＫＤ‑４７１１‑２２"]


@pytest.mark.parametrize(
    ("text", "residue"),
    [
        ("ask ａｎｎａ＠ｈｏｆ．ｅｘａｍｐｌｅ", True),
        ("ask anna@\u200bhof.example", True),
        ("ask Anna Kirch\u00adhoff", True),
        ("ask Anna\u00a0Kirchhoff", True),
        ("on DE34\u200b3704 0044 0987 6543 21", True),
        ("card 4111‑1111‑1111‑1111", True),
        ("SSN 219–09–9999", True),
        ("ask Berta at the hof – or 10–12", False),
    ],
)
def test_the_residue_check_sees_through_the_same_forms(text: str, residue: bool) -> None:
    entities = ("PERSON", "EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD", "US_SSN")
    assert has_residue([text], [("Anna Kirchhoff", "anna@hof.example")], entities) is residue


@settings(max_examples=50)
@given(st.text(st.sampled_from("abc \u00e9\u2019"), min_size=1, max_size=20))
def test_what_is_visible_stays(text: str) -> None:
    assert visible(text) == text
