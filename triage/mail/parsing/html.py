"""HTML to text through inscriptis, with what can make a conversion explode taken out beforehand."""

from __future__ import annotations

import html
import re
from typing import cast

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree

from triage.mail.parsing.tables import is_parted, part_cells

MOST_TAGS = 50_000
"""Tags up to which a faithful conversion is tried (about half a second)."""

_DEEPEST_LIST = 20
# No name, comment or quoted value runs over a "<", so that a broken tag costs no second look at what follows.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*+>")
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]*+>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")
# Layout tables are mere frames in mail; as text tables they would pad each line to the widest.
_BLOCKS, _CELLS = ("table", "tr", "tbody", "thead", "tfoot"), ("td", "th")
_STYLES = CSS_PROFILES["strict"]  # the default profile indents every div, and mail nests them by the dozen
_INVISIBLE = ("script", "style", "head", "title", "template", "noscript")


def html_text(source: str) -> tuple[str, bool]:
    """The text of an HTML document as a reader sees it, and whether its tags could only be taken out."""
    if source.count("<") > MOST_TAGS:
        return _tidy(_without_tags(source)), True
    try:
        return _tidy(_converted(_Simplifier().simplified(source))), False
    except (RecursionError, etree.LxmlError, ValueError):
        return _tidy(_without_tags(source)), True


def _converted(source: str) -> str:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # None for a document without any element, which the stubs leave out
    tree = cast("etree._Element | None", etree.fromstring(source.encode("utf-8", "replace"), parser))
    if parser.error_log.filter_from_fatals():  # nested too deep: the rest of the document is missing
        raise RecursionError
    if tree is None:
        return ""
    part_cells(tree)
    _unframe(tree)
    return str(Inscriptis(tree, ParserConfig(css=_STYLES)).get_text())


def _unframe(tree: etree._Element) -> None:
    for element in tree.iter(*_BLOCKS, *_CELLS):
        if element.tag in _CELLS:
            element.tail = element.tail if is_parted(element) else f" {element.tail or ''}"
            element.tag = "span"
        else:
            element.tag = "div"


class _Simplifier:
    """Rewrites tags: no attributes but "display: none", no lists without end."""

    def __init__(self) -> None:
        self.lists = 0

    def simplified(self, source: str) -> str:
        return _TAG.sub(self._tag, source)

    def _tag(self, match: re.Match[str]) -> str:
        closing, name, rest = match[1], match[2].lower(), match[3]
        if name in ("ul", "ol"):
            self.lists += -1 if closing else 1
            if self.lists > _DEEPEST_LIST:
                return " "
        if closing:
            return f"</{name}>"
        hidden = ' style="display:none"' if _HIDDEN.search(rest) else ""
        return f"<{name}{hidden}>"


def _without_tags(source: str) -> str:
    for name in _INVISIBLE:
        source = _without_element(source, name)
    source = _between(source, "<!--", "-->")
    return html.unescape(_ANY_TAG.sub(" ", _BREAKS.sub("\n", source)))


def _without_element(source: str, name: str) -> str:
    pattern = re.compile(rf"<(/?){name}\b[^<>]*+>", re.IGNORECASE)
    kept, last, inside = [], 0, False
    for match in pattern.finditer(source):
        if not match[1] and not inside:
            kept.append(source[last : match.start()])
            inside = True
        elif match[1] and inside:
            last, inside = match.end(), False
    return "".join([*kept, source[last:]])


def _between(source: str, start: str, end: str) -> str:
    """The source without what stands between marks; an open one stays, for nothing may be lost."""
    kept, last = [], 0
    while (begin := source.find(start, last)) >= 0 and (stop := source.find(end, begin)) >= 0:
        kept.append(source[last:begin])
        last = stop + len(end)
    return "".join([*kept, source[last:]])


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")
