"""Names of attachments, cut so that detection reads all of one that a person chose."""

from __future__ import annotations

import regex

from triage.privacy.lexicon.names import Kind, kind

_EXTENSIONS = frozenset(
    "7z aac ai amr asc asf asp avi bak bas bat bin bmp bz2 c cab cat cc cer cfg chm class cmd conf cpp crt cs css csv"
    " dat db dbf dcm diff dll dmg doc docm docx dot dotm dotx dwf dwg dxf eml emf emz eps epub exe flac flv gif gml gpg"
    " gpx gz h heic heif hlp hpp htm html ico ics iges inf ini ipynb iso jar java jfif jpe jpeg jpg js json key kml kmz"
    " ldif lnk log lst m4a m4v mbox md mdb mht mhtml mid midi mkv mobi mov mp3 mp4 mpeg mpg mpp mpt msg msi numbers odg"
    " odp ods odt oft ogg old one orig otf p12 p7b p7c p7m p7s pages patch pcx pdf pem pfx php pif pl png pot potx pps"
    " ppsx ppt pptm pptx prn properties ps psd pst pub py r rar raw rb reg rpm rpmsg rtf scr sh sig skp sql step stl"
    " stp"
    " svg swf sxc sxw tar tbz2 tex tgz tif tiff tmp toml torrent ts tsv ttf txt url vb vbs vcard vcf vcs vob vsd vsdx"
    " wav wbk webm webp wk1 wk3 wk4 wks wma wmf wmv wmz woff woff2 wpd wps wri xhtml xla xlam xls xlsb xlsm xlsx xlt"
    " xltx xml xps xsd xsl xz yaml yml z zip zst".split()
)
"""What stays outside detection; any other ending may be a part of a name."""

_ENDING = regex.compile(r"(?:\.tar)?\.([a-z0-9]{1,10})$", regex.IGNORECASE)
# Points and hyphens of addresses and numbers stay, because detection knows these by them.
_SEPARATORS = regex.compile(r"[\w.+\-]+@[\w.\-]+(*SKIP)(*FAIL)|(?<!\d)[.\-]|[.\-](?!\d)|[_+]")
_WORD = regex.compile(r"(?<![\p{L}\p{N}@])\p{Ll}{3,}+(?![\p{L}\p{N}@])")


def split(name: str) -> tuple[str, str]:
    """The stem of a file name, and its extension with the point: "" where it is not a known one."""
    ending = _ENDING.search(name)
    if ending is None or ending.start() == 0 or ending[1].lower() not in _EXTENSIONS:
        return name, ""
    return name[: ending.start()], ending.group()


def spaced(stem: str) -> str:
    """The stem, as long as before, with blanks where a file name puts `_`, `-`, `+` or `.` between words."""
    return _SEPARATORS.sub(" ", stem)


def readable(stem: str, language: str) -> str:
    """The stem as `spaced`, with capitals for names in lower case, which detection reads in running text only."""
    text = spaced(stem)
    words = list(_WORD.finditer(text))
    kinds = [kind(word.group(), language) for word in words]
    listed = [each in (Kind.GIVEN, Kind.SURNAME) for each in kinds]
    letters = list(text)
    for i, word in enumerate(words):
        beside = kinds[i] in (Kind.UNKNOWN, Kind.RARE) and any(listed[max(0, i - 1) : i + 2])
        if (listed[i] or beside) and len(capital := word.group()[0].upper()) == 1:
            letters[word.start()] = capital
    return "".join(letters)
