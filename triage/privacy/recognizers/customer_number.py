"""Numbers of customers, orders and contracts in the languages that account_number does not know, loyalty cards, sort codes and UPI addresses."""

from __future__ import annotations

import regex

from triage.privacy.lexicon.word_lists import alternatives, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.account_number import has_three_digits
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_WORDS = "announcing_words.txt"
_SURER_THAN_A_CHECKSUM = 1.0
"""A loyalty card's number may pass a payment card's check, and is none: its word says so."""
_INVOICE = "invoice|rechnung|bestellung|auftrag|facture|commande|factura|pedido|contrat|contrato|vertrag"
_BETWEEN = r"(?:[ \-]\p{L}{1,12}\.?){0,1}?"
_DATE = regex.compile(r"\d{1,2}[./\- ]\d{1,2}[./\- ](?:\d{2}|\d{4})(?!\d)|(?:19|20)\d\d[./\-]\d\d[./\-]\d\d(?!\d)")
_UPI = r"[\w.\-]{2,64}@"
_PROVIDERS = (
    "upi|ybl|ibl|axl|paytm|apl|okaxis|oksbi|okicici|okhdfcbank|hdfcbank|icici|sbi|axisbank|kotak|yesbank|ptsbi|ptyes|pthdfc|ptaxis|"
    "waaxis|wahdfcbank|waicici|wasbi|freecharge|jupiteraxis|fam|slice|barodampay|cnrb|pnb|idfcbank|indus|federal|bank"
)


def has_seven_digits(number: str) -> bool:
    """Whether it is longer than most dates and amounts."""
    return sum(character.isdigit() for character in number) >= 7 and not _DATE.fullmatch(number)


class CustomerNumber(TableRecognizer):
    """`numero cliente 4711`, `nr klienta: 4711`, `Payback 3083 …`, `sort code 12-34-56`, `rahul.upi@okaxis`."""

    entity = "ACCOUNT_NUMBER"
    needs = Pattern(r"\d|@")
    has_own_set = True
    table = (
        announced(alternatives(words_of(_WORDS, "account")), r"(?=[A-Z\-/]{0,8}\d)[A-Z0-9](?:[\-/._]?[A-Z0-9]){2,48}(?:[ ]\d{2,6}(?!\d)){0,5}(?!\w)", 0.8, has_three_digits),
        announced(
            alternatives(words_of(_WORDS, "loyalty")), r"[A-Z]{0,4}[ \-]?\d(?:[ \-.]?\d){4,19}(?!\d)", _SURER_THAN_A_CHECKSUM,
            between=r"(?:[ \-]\p{L}{1,12}\.?){0,3}?",
        ),
        announced(rf"(?:{_INVOICE})s?(?:[ \-]?(?:nummer|nr\.?|number|no\.?))?", r"\d{2,4}(?:[ .\-/]\d{2,5}){1,5}(?!\d)", 0.6, has_seven_digits, between=_BETWEEN),
        announced(r"sort[ ]?codes?|sortcode|s/c", r"\d\d[ \-]?\d\d[ \-]?\d\d(?!\d)", 0.9),
        ScoredPattern(rf"(?<![\w.\-@+]){_UPI}(?:{_PROVIDERS})(?![\w@\-]|\.\w)", 0.8),
        announced(alternatives(words_of(_WORDS, "upi")), rf"{_UPI}[A-Za-z]{{2,20}}(?![\w@]|\.\w)", 0.9, between=r"(?:[ ]\p{L}{1,12}){0,3}?"),
    )  # fmt: skip
