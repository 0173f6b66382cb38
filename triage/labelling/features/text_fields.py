"""The fields of a mail that a head may read."""

from __future__ import annotations

from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as f

TextField = Literal["subject", "body", "newest", "facts", "deadlines"]
"""`newest` is the body without what it quotes; it stands in for `body`. `facts` are what headers say, `deadlines` by
when the text wants an answer."""

_QUOTED_LINES = r"(?m)^[ \t]*[>|].*$\n?"
_QUOTED_REST = (
    r"(?is)\n[ \t]*(?:-{3,} ?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original)"
    r"|_{20,}\s*\n"
    r"|(?:on|am|le|el) [^\n]{6,120}(?:\n[^\n]{0,80})?(?:wrote|schrieb[^\n]{0,60}|a écrit|escribió) ?:\s*\n"
    r"|(?:from|von|de) ?:[^\n]+\n(?:sent|gesendet|date|datum|envoyé|enviado) ?:).*"
)


def newest_text(body: Column) -> Column:
    """The body without quoted lines and without the mail below a reply's header line.

    All of it where nothing remains.
    """
    unquoted = f.regexp_replace(f.concat(f.lit("\n"), body), _QUOTED_REST, "\n")
    newest = f.regexp_replace(unquoted, _QUOTED_LINES, "")
    return f.when(~newest.rlike(r"\S"), body).otherwise(newest)
