"""The fields of a mail that a head may read."""

from __future__ import annotations

from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as f

TextField = Literal["subject", "body", "newest", "facts", "deadlines", "nameless"]
"""`nameless` is no text of its own: it takes out of all others what a name, a gender or a form of address leaves in
them. `newest` is the body without what it quotes; it stands in for `body`. `facts` are what headers say, `deadlines` by
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


_NAMES = r"<(?:PERSON|LOCATION|ORGANIZATION)(?:_[0-9a-f]{4,}){0,2}>"
_WORDS_OF_ADDRESS = (
    r"(?iU)(?<![\w=])(?:dear|hello|hi|mrs?|ms|miss|sir|madam|he|she|him|hers?|his|himself|herself"
    r"|hallo|lieber?|sehr geehrter?|herrn?|frau|er|sie|ihm|ihn|ihr(?:e[nr]?)?|seine[nr]?|kolleg(?:e|in)|von"
    r"|bonjour|ch(?:er|ère)|monsieur|madame|mme|il|elle"
    r"|hola|estimad[oa]|señora?|sra?|don|doña|él|ella)(?![\w=])"
)


def without_names(text: Column) -> Column:
    """The text without pseudonyms of names, greetings, titles, pronouns and other words that say a person's gender.

    Which kind of name a pseudonym stands for, and whether it includes the greeting, depends on the name: detection
    takes a city's name for a place and an unusual first name with the word before it for one name.
    """
    return f.regexp_replace(f.regexp_replace(text, _NAMES, " "), _WORDS_OF_ADDRESS, " ")
