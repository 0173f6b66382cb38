"""Numbers of customers, accounts, orders, invoices, contracts and cases: announced ones, and those of the policy's own forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import regex

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.policy import Policy
from triage.privacy.recognizers.common.base import TIMEOUT_SECONDS
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer

_THING = (
    r"customer|client|account|acct|a/c|order|purchase[ ]order|invoice|contract|policy|member(?:ship)?|booking|reservation|confirmation|reference|ref|ticket|case|claim|"
    r"employee|staff|personnel|student|patient|subscriber|subscription|tracking|shipment|transaction|payment|meter|serial|licen[cs]e|application|matter|file|po|badge"
)
_NUMBER = r"(?:numbers?|nos?\b\.?|num\b\.?|nr\b\.?|\#|ids?\b|code|key)"
_GERMAN = (
    r"(?:kunden|konto|bestell|auftrags|rechnungs|vertrags|mitglieds|ticket|vorgangs|versicherungs|versicherungsschein|personal|patienten|buchungs|reservierungs|sendungs|transaktions|"
    r"schadens?|liefer(?:schein)?|beleg|geschäfts|depot|zähler|serien|matrikel|mandanten|debitoren|lizenz|antrags|akten)[\- ]?(?:nummer|nr\b\.?|id\b|zeichen|kennung)|aktenzeichen|kd\.?[\- ]?nr\.?|re\.?[\- ]?nr\.?"
)
_FRENCH = (
    r"(?:num[ée]ro|n(?:[°º]|o\b)\.?|r[ée]f(?:[ée]rence|\.)?|code)[ ](?:de[ ]|d['’]|du[ ])?(?:votre[ ]|ma[ ]|mon[ ])?(?:client|compte|commande|facture|contrat|dossier|adh[ée]rent|police|ticket|suivi|r[ée]servation|abonn[ée]|allocataire|colis|transaction|pointage|ligne)|"
    r"(?:client|compte|commande|facture|contrat|dossier|r[ée]servation)[ ](?:num[ée]ro|n(?:[°º]|o\b)\.?)"
)
_SPANISH = (
    r"(?:n[uú]mero|n(?:[°º]|o\b)\.?|n[uú]m\.?|ref(?:erencia|\.)?|c[oó]digo)[ ](?:de[ ](?:su[ ]|mi[ ])?)?(?:cliente|cuenta|pedido|factura|contrato|expediente|p[oó]liza|socio|seguimiento|reserva|abonado|env[ií]o|transacci[oó]n|ticket|incidencia)|"
    r"(?:cliente|cuenta|pedido|factura|contrato|expediente)[ ](?:n[uú]mero|n(?:[°º]|o\b)\.?|n[uú]m\.?)"
)
_SAID = r"(?:[ \t]*(?:is|ist|lautet|est|es|[:=\#.]|-(?=\s)|n[°ºo]\b|nr\b|no\b)){0,3}[ \t]{0,2}"
_VALUE = r"(?=[A-Z\-]{0,8}\d)[A-Z0-9](?:[\-/._]?[A-Z0-9]){2,48}(?![\w])"
_COURT = (
    r"(?i:requ[êe]tes?|affaires?|demandas?|asuntos?|solicitud(?:es)?|applications?|case|dossier|expediente|aktenzeichen|beschwerde|recours|recurso|parcel(?:le|a|)s?)\b[^\n.;]{0,24}?"
    r"(?:n[o°º]s?\.?|n\.[ ]?[o°º]|no?s\.)[ ]?(?P<value>\d{1,6}[ ]?/[ ]?\d{2,4}(?:(?:,| et| y| and)[ ]\d{1,6}[ ]?/[ ]?\d{2,4}){0,8})"
)


def has_three_digits(number: str) -> bool:
    """Whether it is no short count or version, such as `case 1a`."""
    return sum(character.isdigit() for character in number) >= 3


class AccountNumber(TableRecognizer):
    """The policy's patterns, and what a word in English, German, French or Spanish announces."""

    entity = "ACCOUNT_NUMBER"
    needs = Pattern(r"\w")
    wraps = frozenset({"code"})
    table = (
        ScoredPattern(rf"(?i:(?<!\w)(?:{_THING})[ \-']{{0,2}}s?[ ]?{_NUMBER}{_SAID})(?P<value>{_VALUE})", 0.8, has_three_digits, flags=regex.IGNORECASE),
        ScoredPattern(rf"(?i:(?<!\w)(?:{_GERMAN}|{_FRENCH}|{_SPANISH}){_SAID})(?P<value>{_VALUE}(?:[ ]\d{{2,6}}(?!\d)){{0,4}})", 0.8, has_three_digits, flags=regex.IGNORECASE),
        ScoredPattern(
            r"(?i:(?<!\w)(?:order|invoice|ticket|booking|reservation|account|acct|customer|contract|tracking|rechnung|bestellung|auftrag|ticket|kunde|konto|commande|facture|compte|pedido|factura|cuenta)[ ]?[#:]?[ ]?)"
            r"(?P<value>[A-Z]{0,4}-?\d{5,16})(?![\w.,]?\d|\w)", 0.6,
        ),
        ScoredPattern(_COURT, 0.7),
    )  # fmt: skip

    def __init__(self, patterns: Sequence[str], language: str = "en") -> None:
        super().__init__(language)
        self._patterns = [regex.compile(pattern) for pattern in patterns]

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:
        """The recognizer with the policy's own patterns."""
        return cls(policy.account_numbers, language)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The company's own numbers first."""
        for pattern in self._patterns:
            for match in pattern.finditer(text, timeout=TIMEOUT_SECONDS):
                yield *match.span(), 0.95
        yield from super().find(text)
