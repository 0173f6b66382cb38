"""Regular expressions that mark zones, in English, German, French, Spanish and, for attributions, some more languages."""

from __future__ import annotations

import re

QUOTE = re.compile(r"[ \t]*(?:(?:[A-Z]{1,3})?>(?!From )[ \t]?)+")
RULE = re.compile(r"[-_=*#~+/\\ ]{5,}$")

FIELDS: dict[str, str] = {
    "from": r"from|von|de|expéditeur|da|van|från|fra|sender|absender|remitente|enviado por|sent by",
    "to": r"to|an|à|a|para|pour|destinataire|destinatario|aan|till|til|per",
    "cc": r"cc|bcc|kopie|copie|copie à|copia|kopia|kopi|bc|cci|cco",
    "date": r"sent|date|gesendet|gesendet am|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|fecha|"
    r"inviato|data|verzonden|skickat|sendt|sent at",
    "subject": r"subject|betreff|betr|objet|asunto|oggetto|onderwerp|ämne|emne|assunto|re",
    "other": r"reply-to|reply to|importance|wichtigkeit|attachments?|anlagen?|anhang|pièces jointes|"
    r"adjuntos|datos adjuntos|organization|newsgroups|priority|please respond to|antwort an|in-reply-to|references|"
    r"received|x-[\w-]{1,30}|mime-version|content-[\w-]{1,30}|return-path|message-id|delivered-to|user-agent",
}
_NAMES = "|".join(f"(?P<{kind}>{names})" for kind, names in FIELDS.items())
FIELD = re.compile(rf"[ \t]*\*{{0,2}}(?:{_NAMES})[ \t]?\*{{0,2}}:(?!//)\*{{0,2}}(?P<value>.*)", re.IGNORECASE)

IN_ONE_LINE = re.compile(
    r".{3,120}?\d\d:\d\d.{0,30}?[ \t]to:.{1,300}?[ \t](?:cc|subject):|"
    r"[ \t]*from:.{1,200}?[ \t](?:sent|date):.{1,120}?[ \t]to:.{1,300}?[ \t]subject:",
    re.IGNORECASE,
)
SEPARATOR = re.compile(
    r"[ \t]*(?:[-_*=]{2,}[ ]?(?:original|forwarded|ursprüngliche|weitergeleitete|message|mensaje|début|oorspronkelijk|"
    r"doorgestuurd|originalmeddelande|messaggio|opprinnelig|original-)[^\n]{0,60}?[-_*=]{2,}[ \t]*$"
    r"|begin forwarded message|anfang der weitergeleiteten|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|"
    r"[-_*= ]*forwarded by\b|[-_*= ]*forwarded message\b|[-_*= ]*weitergeleitet von\b|[-_*= ]*transféré par\b|[-_*= ]*reenviado por\b"
    r"|[-_ ]*original message[-_ ]*$|[-_*= ]*(?:mensaje original|message d'origine|message original|ursprüngliche nachricht)\b)",
    re.IGNORECASE,
)
OPEN_SEPARATOR = re.compile(r"[-_*= ]{3,}(?:forwarded|weitergeleitet|transféré|reenviado)\b", re.IGNORECASE)

_VERB = (
    r"(?:wrote|writes|said|schrieb|schreibt|geschrieben|(?:a |à )?[ée]crit|escribió|escribio|escreveu|ha scritto|scrisse|"
    r"schreef|het volgende geschreven|skrev|skreiv|написала?|пишет|napisał\(?a?\)?|napsala?|kirjoitti|írta|写道|yazdı|пише)"
)
ATTRIBUTION_START = re.compile(
    r"[ \t]*(?:\*|\")?(?:on|am|le|el|em|il|op|den|w dniu|dnia|dne|på|в|at|in article|in message|date|пт|пн|вт|ср|чт|сб|вс|"
    r"20\d\d[-/年.]|\d{1,2}[./ ]|(?:mon|tue|wed|thu|fri|sat|sun)\w*,?[ ])",
    re.IGNORECASE,
)
ATTRIBUTION = re.compile(rf".{{0,500}}?(?<!\w){_VERB}(?!\w).{{0,160}}?(?:[:：]|\.\.\.)[\"*_ ]*$", re.IGNORECASE)
SHORT_ATTRIBUTION = re.compile(
    rf"[ \t]*(?:[\w.'’,\-\"() ]{{2,60}}|.{{0,80}}[<(\[][^<>]{{3,80}}[>)\]])[ ,]*{_VERB}(?: in message.{{0,90}})?[ ]?:[ \t]*$",
    re.IGNORECASE,
)
HAS_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d|\d{1,2}:\d\d|\b(?:19|20)\d\d\b", re.IGNORECASE)
LOTUS_LINE = re.compile(
    r"sent by:|please respond to|@|[ ]on[ ]\d|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{1,2}:\d\d", re.IGNORECASE
)

SIGN_OFF = re.compile(
    r"[ \t]*(?:(?:many |with |best |kind |warm |kindest |warmest )*(?:thanks|thank you|thank-you|thx|tia|regards|wishes|"
    r"greetings)\b|tks\b|rgds\b|br\b|cheers\b|sincerely|yours\b|respectfully|cordially|love\b|take care|best\b[ ,]*$|ciao\b|"
    r"(?:mit )?(?:freundliche[nm]?|beste[nm]?|herzliche[nm]?|liebe[nm]?|viele[nm]?|schöne[nm]?) (?:gr(?:ü|ue|u)(?:ß|ss)en?|dank)|"
    r"mfg\b|lg\b|vg\b|gru(?:ß|ss)\b|hochachtungsvoll|danke\b|vielen dank|(?:bien )?cordialement|cdlt|salutations|"
    r"(?:sincères|meilleures|cordiales) salutations|merci\b|amicalement|bien à (?:vous|toi)|bonne (?:journée|soirée)|"
    r"(?:veuillez agréer|je vous prie d'agréer)|(?:un |atentos |cordiales )?(?:cordial |fuerte |atento )?salud[oa]s?\b|atentamente|"
    r"(?:muchas )?gracias\b|un abrazo|atte\b|met vriendelijke groet|groet|med vänlig|hälsningar|mvh|venlig hilsen|"
    r"cordiali saluti|distinti saluti|saluti|grazie\b|atenciosamente|abraços?\b|obrigad[oa]\b|с уважением|pozdrawiam)",
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
    r"mailing[ -]?list\b|listinfo|unsubscri|subscription|list-?archives?|\bposting guide\b|majordomo|sympa|yahoo! groups|"
    r"groups\.(?:google|yahoo)|do you yahoo|get your free|hotmail\.com|msn\.com|sent (?:from|via|with|using) (?:my|the|a|nabble|gmane|tapatalk|mail for)|"
    r"von meinem (?:\w+ )?(?:iphone|ipad|handy|smartphone|samsung|gerät)|gesendet (?:von|mit) (?:meinem|der|outlook|mail)|"
    r"envoyé (?:de|depuis) (?:mon|ma|l'app|yahoo)|enviado (?:desde|de) (?:mi|meu)|get outlook for|outlook für|"
    r"view this message in context|nabble\.com|this sf\.net|sourceforge\.net/|abmelden|désabonner|desinscri|darse de baja|"
    r"abbestellen|changing your|change your subscription|advertisement|visit your group|terms of service",
    re.IGNORECASE,
)
