"""Regular expressions that mark zones, by the forms of all languages: quotes of a mail are often in another one."""

from __future__ import annotations

import re

from triage.mail.structure import structures
from triage.mail.structure.expressions import any_of, words
from triage.mail.structure.headers import field_names

QUOTE = re.compile(r"[ \t]*(?:(?:[A-Z]{1,3})?>(?!From )[ \t]?)+")
RULE = re.compile(r"[-_=*#~+/\\ ]{5,}$")

_SHORTEST_FIRST_WORD = 4
_RULED = r"[-_*=]{2,}[ ]?"
_SEPARATORS = any_of(form for forms in structures().values() for form in forms.separators)
_FORWARDED_BY = any_of(form for forms in structures().values() for form in forms.forwarded_by)
_FIRST_WORDS = any_of(
    form.split()[0] if len(form.split()) == 2 and len(form.split()[0]) >= _SHORTEST_FIRST_WORD else form
    for forms in structures().values()
    for form in forms.separators
)
SEPARATOR = re.compile(
    rf"[ \t]*(?:{_RULED}{_FIRST_WORDS}[^\n]{{0,60}}?[-_*=]{{2,}}[ \t]*$"
    rf"|[-_*= ]*{_SEPARATORS}[-_*= ]*[:：]?[-_*= ]*$|[-_*= ]*{_FORWARDED_BY}(?!\w))",
    re.IGNORECASE,
)
OPEN_SEPARATOR = re.compile(rf"[-_*= ]{{3,}}{_FORWARDED_BY}(?!\w)", re.IGNORECASE)
FORWARD = re.compile(any_of(form for forms in structures().values() for form in forms.forwards), re.IGNORECASE)
"""In a separator: that a forwarded mail follows it, and not one that is answered."""

IN_ONE_LINE = re.compile(
    rf".{{3,120}}?\d\d:\d\d.{{0,30}}?[ \t]{any_of(field_names('to'))}:.{{1,300}}?[ \t]{any_of(field_names('cc', 'subject'))}:|"
    rf"[ \t]*{any_of(field_names('sender'))}:.{{1,200}}?[ \t]{any_of(field_names('date'))}:.{{1,120}}?[ \t]"
    rf"{any_of(field_names('to'))}:.{{1,300}}?[ \t]{any_of(field_names('subject'))}:",
    re.IGNORECASE,
)

_VERB = words(verb for forms in structures().values() for verb in forms.attribution.verbs)
_STARTS = words(start for forms in structures().values() for start in forms.attribution.starts)
_DAYS = words(day for forms in structures().values() for day in forms.attribution.days)
ATTRIBUTION_START = re.compile(
    rf"[ \t]*[*\"]?(?:{_STARTS}|{_DAYS}[.,]{{0,2}}[ ]{{0,2}}\d|20\d\d[-/年년.]|\d{{1,2}}[./ ])", re.IGNORECASE
)
ATTRIBUTION = re.compile(rf".{{0,500}}?{_VERB}.{{0,160}}?(?:[:：]|\.\.\.)[\"*_ ]*$", re.IGNORECASE)
WITHOUT_VERB = re.compile(r".{0,300}<[^<>\s]{3,200}@[^<>\s]{3,200}>[ \t]?[:：][ \t]*$")
"""A date, a name and an address, as Gmail writes it in Russian and Japanese."""
SHORT_ATTRIBUTION = re.compile(
    rf"[ \t]*(?:[\w.'’,\-\"() ]{{2,60}}|.{{0,80}}[<(\[][^<>]{{3,80}}[>)\]])[ ,]*{_VERB}(?: in message.{{0,90}}|[ ][^:\d]{{0,30}}\d[^@]{{0,40}})?[ ]?[:：][ \t]*$",
    re.IGNORECASE,
)
HAS_ADDRESS = re.compile(r"[^<@]{0,200}<[^<>\s]{1,200}@")
HAS_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d|\d{1,2}:\d\d|\b(?:19|20)\d\d\b", re.IGNORECASE)
LOTUS_LINE = re.compile(
    r"sent by:|please respond to|@|[ ]on[ ]\d|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{1,2}:\d\d", re.IGNORECASE
)

_SIGN_OFFS = [
    (form, form.casefold() in map(str.casefold, forms.ambiguous))
    for forms in structures().values()
    for form in forms.sign_offs
]
SIGN_OFF = re.compile(
    rf"[ \t]*(?:{words(form for form, is_ambiguous in _SIGN_OFFS if not is_ambiguous)}"
    rf"|{words(form for form, is_ambiguous in _SIGN_OFFS if is_ambiguous)}[ \t]*(?:$|[,!.。、，]))",
    re.IGNORECASE,
)
SIGN_OFF_CHARS = 48
DELIMITER = re.compile(r"(?:--|—|–-?)[ \t\xa0]*$")
CONTACT = re.compile(
    r"@[\w\-]+\.|https?://|www\.|(?:^|\b)(?:tel|phone|fax|mobile?|cell|office|voice|direct|telefon|fon|handy|tél|móvil|"
    r"teléfono|pager|ph|e-?mail)\b[.: ]|\(?\+?\d[\d()./\- ]{6,}\d|\b(?:inc|ltd|llc|gmbh|corp|s\.a|sarl|llp|plc)\b|"
    r"\b(?:manager|director|engineer|professor|dr|phd|ph\.d|analyst|assistant|president|department|university|institut\w*|"
    r"universit\w+|geschäftsführer|leiter\w*|directeur|directrice|directora?|gerente|consultant|developer)\b",
    re.IGNORECASE,
)
NAME_LINE = re.compile(
    r"[ \t]*[-–—~*/<(]{0,3}[ ]?(?:[^\W\d_][^\W\d_'’.\-]*[.'’\-]?[ ]?(?:[^\W\d_'’]+\.?)?)"
    r"(?:[ ][^\W\d_'’.\-]+[.'’\-]?[^\W\d_]*\.?){0,3}[ \t]*[.>)\-/*]{0,3}[ \t]*$"
)
NO_NAME = re.compile(
    r"[ \t]*(?:yes|no|ok(?:ay)?|done|hi|hello|hey|hallo|bonjour|hola|fyi|thanks|please|great|sure|attached|see|enjoy|comments?|"
    r"questions?|all|dear|ja|nein|oui|non|si|sí|note|important|end|agreed|good|call|help|interesting|any|thoughts|what|"
    r"let|is|are|this|that|the|these|it|we|i|you|do|not|can|if|will)\b",
    re.IGNORECASE,
)

DISCLAIMER = re.compile(
    r"confidential(?:ity)?\b.{0,300}(?:intended|recipient|addressee|privileged)|intended (?:only|solely|recipient)|"
    r"(?:this|the) (?:e-?mail|message|communication|transmission|electronic)\b.{0,200}(?:confidential|privileged|intended|virus|property of)|"
    r"if you (?:are not the|have received this|received this).{0,60}(?:intended|recipient|error|mistake|e-?mail)|"
    r"(?:diese|die) (?:e-?mail|nachricht|information).{0,200}(?:vertraulich|bestimmt|irrtümlich|rechtlich geschützt)|"
    r"(?:nicht der richtige adressat|irrtümlich erhalten|unbefugte weitergabe)|"
    r"(?:ce|le présent) (?:message|courriel|courrier|e-?mail|mail)\b.{0,200}(?:confidentiel|destinataire|usage exclusif)|"
    r"(?:reçu ce (?:message|courriel|mail) par erreur)|"
    r"(?:este|el presente) (?:mensaje|correo|e-?mail)\b.{0,200}(?:confidencial|destinatario|dirigid)|"
    r"(?:recibido este (?:mensaje|correo) por error)|"
    r"(?:questo|il presente) messaggio.{0,200}(?:riservat|confidenzial|destinatari)|"
    r"(?:scanned|checked|geprüft|virenfrei|free) (?:for|by|of|from)? ?(?:virus|avg|avast|mailscanner|messagelabs)|"
    r"please consider the environment|think before you print|bitte (?:denken|prüfen) sie.{0,60}(?:umwelt|drucken)|"
    r"views expressed|no liability|accepts? no (?:liability|responsibility)|external (?:e-?mail|sender).{0,80}(?:caution|click|links)|"
    r"caution: this e-?mail originated",
    re.IGNORECASE | re.DOTALL,
)
FOOTER = re.compile(
    rf"(?<!\w){any_of(form for forms in structures().values() for form in forms.sent_from)}|"
    r"mailing[ -]?list\b|listinfo|unsubscri|subscription|list-?archives?|\bposting guide\b|majordomo|sympa|yahoo! groups|"
    r"groups\.(?:google|yahoo)|do you yahoo|get your free|hotmail\.com|msn\.com|"
    r"view this message in context|nabble\.com|this sf\.net|sourceforge\.net/|abmelden|désabonner|desinscri|darse de baja|"
    r"abbestellen|changing your|change your subscription|advertisement|visit your group|terms of service",
    re.IGNORECASE,
)
