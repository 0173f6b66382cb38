"""Surnames of China, Japan and Korea, where a name has no blank and its surname stands first."""

from __future__ import annotations

from functools import cache

from faker.providers.person import ja_JP, ko_KR, zh_CN, zh_TW

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.word_lists import word_set

LANGUAGES = ("ja", "zh", "ko")
_COMPOUND = {
    "zh": "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 端木 东方 独孤 南宫 长孙 宇文 轩辕",
    "ko": "남궁 황보 제갈 선우 독고 사공 서문",
}
_LONGEST_GIVEN = {"ja": 4, "zh": 2, "ko": 2}
_FREQUENT = {"ja": 3.3, "zh": 3.5, "ko": 3.6}
_PART_FREQUENT = 4.5
_WORD_FREQUENT = {"zh": 4.2, "ko": 4.0}
_CHINESE_SURNAMES = 130
"""Of each list, whose order is that of frequency: the rare ones are mostly ordinary words as well."""


@cache
def surnames(language: str) -> frozenset[str]:
    """The surnames of `ja`, `zh` or `ko`."""
    if language == "ja":
        return frozenset((*ja_JP.Provider.last_names, *word_set("surnames_ja.txt")))
    lists = [ko_KR.Provider] if language == "ko" else [zh_CN.Provider, zh_TW.Provider]
    most = len(lists[0].last_names) if language == "ko" else _CHINESE_SURNAMES
    return frozenset((*_COMPOUND[language].split(), *(name for each in lists for name in list(each.last_names)[:most])))


@cache
def _korean_given_names() -> frozenset[str]:
    return frozenset(ko_KR.Provider.first_names)


def split_name(name: str, language: str) -> tuple[str, str] | None:
    """Surname and given name of a name without a blank, by the longest surname that it begins with; None for none."""
    for length in (3, 2, 1):
        surname, given = name[:length], name[length:]
        if len(surname) == length and surname in surnames(language):
            return surname, given
    return None


def may_be_name(name: str, language: str) -> bool:
    """Whether letters without a blank can be a full name or, in Japanese, a surname: no more frequent word, nor two."""
    if language == "ko" and name[1:] in _korean_given_names():
        return True
    known = split_name(name, language)
    if language == "ja" and known is not None and len(known[0]) > 1 and len(known[1]) <= _LONGEST_GIVEN[language]:
        return True
    if zipf(name, language) >= _FREQUENT[language] or len(name) < 2:
        return False
    if known is not None and language in _WORD_FREQUENT:
        inside = known[1] if language == "ko" else name[:2]
        if len(name) > len(inside) > 1 and zipf(inside, language) >= _WORD_FREQUENT[language]:
            return False
    if known is not None:
        return 0 < len(known[1]) <= _LONGEST_GIVEN[language]
    return language == "ja" and not _is_compound(name)


def _is_compound(name: str) -> bool:
    """Whether a Japanese word is made of a frequent one and another: `発送済`."""
    return any(max(zipf(name[:cut], "ja"), zipf(name[cut:], "ja")) >= _PART_FREQUENT for cut in range(1, len(name)))
