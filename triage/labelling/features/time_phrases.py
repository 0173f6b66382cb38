"""Phrases by which mails say until when and how pressing, in en, de, fr and es."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_DAY = (
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo"
)
_FEW = r"(?:1|2|3|4|5|one|two|three|four|five|einem|zwei|drei|vier|fünf|deux|trois|quatre|cinq|dos|tres|cuatro|cinco)"
_WORK = r"(?:working |business |arbeits|werk)?"
_CLOCK = r"(?:\d{1,2}(?:[:.h]\d\d)?(?: ?[ap]m| uhr)?)"
MONTHS = (
    "jan|ene feb|fév mar|mär apr|avr|abr may|mai jun|juin jul|juil aug|aoû|ago sep oct|okt nov dec|dez|déc|dic".split()
)
_MONTH = f"(?:{'|'.join(MONTHS)})"
_DATE = rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{1,2}}(?:st|nd|rd|th|er|\.)? (?:of |de )?{_MONTH}[a-zäéû]*|{_MONTH}[a-z]* \d{{1,2}}\b)"

PHRASES: Mapping[str, tuple[str, ...]] = {
    "none": (
        r"in urgent cases?",
        r"for urgent (?:matters|cases|enquiries|requests)",
        r"in dringenden (?:fällen|angelegenheiten)",
        r"en cas d['’]urgence",
        r"pour toute urgence",
        r"en caso (?:de )?urgen",
        r"para urgencias",
    ),
    "calm": (
        r"not (?:very |that |at all )?urgent",
        r"no (?:hurry|rush|urgency)",
        r"no need to (?:hurry|rush)",
        r"take your time",
        r"(?:this|that|it) can wait",
        r"when(?:ever)? (?:you|it) (?:have (?:the )?time|get a chance|suits)",
        r"if you find (?:the )?time",
        r"nicht (?:so |sehr )?(?:dringend|eilig)",
        r"eilt nicht",
        r"keine eile",
        r"wenn sie zeit haben",
        r"bei gelegenheit",
        r"(?:pas|rien) d['’]urgen(?:ce|t)",
        r"pas (?:très )?urgent",
        r"quand vous (?:aurez|avez) le temps",
        r"no (?:es |corre )(?:prisa|urgente)",
        r"sin prisas?",
        r"cuando (?:tenga|tengas|pueda) ?(?:tiempo)?",
    ),
    "today": (
        rf"(?:by|before|until|till|due|due by|deadline is|needed|needed by|react|respond|reply|answer|act) (?:today|tonight|noon|midnight|eod|cob|(?:the )?end of (?:the |this )?(?:business )?day|{_CLOCK} today)",
        r"today (?:before|by|until|at the latest)",
        r"within (?:the|an|one|\d{1,2}|a few|two|three) (?:hours?|minutes?)",
        r"bis (?:spätestens )?(?:heute|heute abend|mittag|feierabend)",
        r"(?:noch )?heute (?:noch|bis|vor|spätestens)",
        r"(?:innerhalb|binnen) (?:einer|von \d{1,2}|\d{1,2}|weniger) (?:stunden?|minuten)",
        r"(?:avant|d['’]ici) (?:ce soir|midi|la fin de (?:la )?journée)",
        r"aujourd['’]hui (?:avant|au plus tard|même)",
        r"dans (?:l['’]heure|les \d{1,2} heures)",
        r"hoy (?:antes|mismo|sin falta)",
        r"(?:antes de|hasta|para) hoy",
        r"en (?:una|menos de una|\d{1,2}) horas?",
    ),
    "week": (
        r"(?:by|before|until) (?:the )?(?:end of )?next week",
        r"in the next (?:few )?days",
        r"within (?:a|one|two|1|2) weeks?",
        r"(?:some time|sometime) this week",
        r"bis (?:spätestens )?(?:ende )?(?:der )?nächste[rn]? woche",
        r"in den nächsten (?:paar )?tagen",
        r"(?:innerhalb|binnen) (?:einer|von zwei|zwei|der nächsten) wochen?",
        r"(?:avant|d['’]ici) (?:la fin de )?la semaine prochaine",
        r"dans les (?:prochains|jours)",
        r"(?:antes de|para|hasta) (?:(?:el )?fin(?:al)? de )?la (?:próxima semana|semana que viene)",
        r"antes de fin de la próxima semana",
        r"en los próximos días",
    ),
    "days": (
        rf"(?:by|before|until|till|due|due on|due by|deadline is|no later than|latest by) (?:next |this |on )?(?:tomorrow|{_DAY}|(?:the )?end of (?:the |this )?week|eow)",
        rf"within {_FEW} {_WORK}days?",
        r"(?:answer|solution|reply|done|finished) this week",
        rf"bis (?:spätestens )?(?:zum |kommenden |nächsten )?(?:morgen|übermorgen|{_DAY}|(?:zum )?ende der woche|wochenende)",
        rf"spätestens (?:am |bis )?(?:morgen|{_DAY})",
        rf"(?:in|innerhalb von|binnen) {_FEW} {_WORK}tagen",
        r"(?:brauche|brauchen|benötigen?) (?:\p{L}+ ){0,2}diese woche",
        rf"(?:avant|d['’]ici|jusqu['’]à|pour) (?:le )?(?:demain|après-demain|{_DAY}|la fin de (?:la|cette) semaine)",
        rf"(?:sous|dans) {_FEW} jours",
        rf"(?:antes de|antes del|hasta|hasta el|para|para el) (?:mañana|próximo |pasado mañana|{_DAY}|fin de semana)",
        rf"en {_FEW} días",
    ),
    "date": (
        rf"(?:by|before|until|due|due on|due by|deadline is|deadline|no later than|latest by) (?:the )?{_DATE}",
        rf"(?:bis|bis zum|spätestens am|spätestens bis|vor dem) {_DATE}",
        rf"(?:avant le|d['’]ici le|d['’]ici au|jusqu['’]au) {_DATE}",
        rf"(?:antes del|hasta el|para el) {_DATE}",
    ),
    "urgent": (
        r"urgent(?:ly)?",
        r"asap",
        r"as soon as possible",
        r"an? emergency",
        r"immediately",
        r"at once",
        r"right (?:now|away)",
        r"every minute",
        r"dringend",
        r"eilt",
        r"sofort",
        r"umgehend",
        r"schnellstmöglich",
        r"so schnell wie möglich",
        r"(?:ein )?notfall",
        r"urgence",
        r"urgente",
        r"urgentemente",
        r"immédiatement",
        r"tout de suite",
        r"dès que possible",
        r"au plus vite",
        r"emergencia",
        r"de inmediato",
        r"inmediatamente",
        r"cuanto antes",
        r"lo antes posible",
    ),
}
"""Kind of phrase → its patterns. Where two begin at one place, the earlier kind takes it."""

_OPENS = r"[ \n\t(:*!¡¿>\-]"


def _by_first_letter(patterns: Sequence[str]) -> str:
    """One alternation in which a place is tried against the patterns of its first letter only."""
    letters = sorted({pattern[0] for pattern in patterns})
    return "|".join(f"{a}(?:{'|'.join(p[1:] for p in patterns if p[0] == a)})" for a in letters)


def _spread(patterns: Sequence[str]) -> list[str]:
    """Patterns that begin with alternatives, one for each of these; `a?` optional heads are two."""
    spread: list[str] = []
    for pattern in patterns:
        head = re.match(r"\(\?:([^()]*)\)(\?)?", pattern)
        if head is None:
            spread.append(pattern)
            continue
        rest = pattern[head.end() :]
        spread += [f"{choice}{rest}" for choice in head[1].split("|")] + ([rest] if head[2] else [])
    return spread


_ALL = _by_first_letter(_spread([pattern for patterns in PHRASES.values() for pattern in patterns]))
DRAWN = rf"{_OPENS}((?:{_ALL})(?![\p{{L}}]))"
"""Draws, as its group 1, the phrases from a text in lower case."""
