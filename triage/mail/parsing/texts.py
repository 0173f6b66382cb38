"""Bytes to text that is valid Unicode, whatever a mail claims about its character set."""

from __future__ import annotations

import codecs
import re

# What mail calls by the narrower name is nearly always the wider set (WHATWG Encoding Standard, labels).
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
# Not character sets, or ones whose decoder takes time quadratic in hostile input.
_EXCLUDED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape",
            "undefined", "mbcs", "oem"}  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")


def codec(charset: str | None) -> str | None:
    """Python's codec for a character set that a mail names, None when there is none to trust."""
    name = (charset or "").strip().strip("'\"").lower()
    if not name or len(name) > 40:
        return None
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return None
    return None if found in _EXCLUDED else _WIDER.get(found, found)


def decode(data: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether the character set had to be guessed.

    The declared set, else UTF-8, else Windows-1252 with what it lacks replaced.
    """
    declared = codec(charset)
    if data.isascii() and declared in (None, "cp1252", "utf-8"):
        return data.decode("ascii"), bool(charset) and declared is None
    for name in ("utf-8",) if declared in (None, "cp1252") else (declared, "utf-8"):
        try:
            return data.decode(name), name != declared
        except ValueError:
            continue
    if declared not in (None, "utf-8", "cp1252"):
        return data.decode(declared, "replace"), True
    return data.decode("cp1252", "replace"), declared != "cp1252"


def clean(text: str) -> str:
    """Text with LF line ends and without control characters and unpaired surrogates."""
    if "\r" in text or not text.isascii():
        text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.sub("", paired(text))


def paired(text: str) -> str:
    """Text that UTF-8 can hold: pairs of surrogates become their character, unpaired ones U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
