"""Personal and tax numbers of Europe: after their word, mistyped or not; alone only where form or check digits say so."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

CASES = {
    "at": "SVNR [1237 010180]",
    "be": "rijksregisternummer [85.07.30-033.28]",
    "be alone": "ik ben [85.07.30-033.28] en",
    "bg": "ЕГН [752316 926 3] на клиента",
    "cy": "TIC [10259033P]",
    "cz": "rodné číslo: [7103192745]",
    "cz alone": "pan [710319/2745] volal",
    "de": "Steuer-ID [36574261809]",
    "de vat": "USt-IdNr. [DE123456789]",
    "dk": "mit CPR-nr. er [211062-5629]",
    "dk alone": "kunden [211062-5629] ringede",
    "ee": "isikukood [36805280109]",
    "es": "DNI [54362315K]",
    "fi": "henkilötunnus [131052-308T]",
    "fi alone": "asiakas [131052-308T] soitti",
    "fi sign of 2023": "asiakas [131052A308T] soitti",
    "fr": "numéro de sécurité sociale [2 95 10 99 126 111 93]",
    "gr tax": "ΑΦΜ: [094259216]",
    "gr insurance": "ΑΜΚΑ είναι [01013099997]",
    "hr": "OIB [33392005961]",
    "hu tax": "adóazonosító jel: [8071592153]",
    "hu insurance": "TAJ szám: [123 456 788]",
    "ie": "PPS number [6433435F]",
    "it": "codice fiscale [RCCMNL83S18D969H]",
    "it in groups": "C.F.: [RSS MRA 85T10 A562S]",
    "it alone, lower case": "sono [rssmra85t10a562s] grazie",
    "it vat": "P.IVA [00743110157]",
    "lt": "asmens kodas [33309240064]",
    "lu": "matricule [1893120105732]",
    "lv": "personas kods [161175-19997]",
    "mt": "ID card no [123456M]",
    "mt short": "ID card number [1234M] please",
    "mt shortest": "karta tal-identità [123A]",
    "it identity card": "carta d'identità [CA 12345 AB]",
    "it identity card, old": "carta di identità [AA 1234567]",
    "hu identity card": "személyi igazolvány [123456 AB]",
    "ro tax shortest": "CUI [RO12]",
    "gr identity card": "αριθμός ταυτότητας [ΑΒ 123456]",
    "vat shortest": "VAT number [DEA1BCDEF]",
    "personal code shortest": "personal code [ABCDE1]",
    "nl": "mijn burgerservicenummer is [111222333]",
    "nl dots": "BSN [1112.22.333]",
    "no": "fødselsnummer [151086 95088]",
    "pl": "PESEL: [44051401359]",
    "pl mistyped": "nr PESEL [44051401358]",
    "pl alone": "mam [44051401359] jako numer",
    "pl tax alone": "faktura dla [123-456-32-18]",
    "pl identity card": "dowód osobisty [ABC 123456]",
    "pt": "número de contribuinte [501964843]",
    "pt groups": "NIF: [501 964 843]",
    "ro": "CNP-ul meu este [1630615123457]",
    "ro identity card": "CI seria [RX nr 123456]",
    "se": "personnummer: [8008163233]",
    "se words between": "personnumret för kunden är [800816-3233]",
    "se alone": "kunden [800816-3233] ringde",
    "si": "EMŠO [0101006500006]",
    "sk": "rodné číslo [710319/2745]",
    "uk vat": "VAT no. [GB 123 4567 82]",
    "line end": "PESEL\n[44051401359]",
    "parts of a machine": "we shipped 123456-7890 and 12345678901",
    "wrong check digit alone": "mam 44051401358 sztuk, 800816-3234, 710319/2746",
    "comparison": "cf. Smith 2012, cif 12, matricule 12",
    "time in milliseconds": "at 1700000000000 and 1262304000000",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES)
def test_only_personal_and_tax_numbers_are_found(marked: str) -> None:
    check("NATIONAL_ID", marked)
