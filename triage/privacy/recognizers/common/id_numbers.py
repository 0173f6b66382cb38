"""The personal and tax numbers of Europe, one row each: what announces it, its form, and its check digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stdnum.be import bis, nn
from stdnum.cz import rc
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.fi import hetu
from stdnum.gr import amka
from stdnum.it import codicefiscale
from stdnum.lu import tva as lu_tin
from stdnum.lv import pvn
from stdnum.no import fodselsnummer
from stdnum.pl import nip, pesel
from stdnum.pt import cc
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.si import emso

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A kind of number of one country.

    `words` announce it, in the country's language and in English, parted by `|`; `form` is a pattern of how it is
    written. `alone` is the pattern of what needs no word, where its check digits hold (`check`): a form that other
    numbers do not have, or a date of birth and a check digit together.
    """

    words: str
    form: str
    alone: str = ""
    check: Check | None = None
    score: float = 0.8


def _digits(count: int) -> str:
    return rf"\d(?:[ .\-/]?\d){{{count - 1}}}(?!\d)"


def is_finnish(number: str) -> bool:
    """Whether the check character fits, whatever sign of the century of 2023 stands in it (decree 690/2022)."""
    return hetu.is_valid(f"{number[:6]}-{number[7:]}") or hetu.is_valid(f"{number[:6]}A{number[7:]}")


def is_belgian(number: str) -> bool:
    """Whether it is a national register number, or one of who is not in the register."""
    return nn.is_valid(number) or bis.is_valid(number)


def is_latvian(number: str) -> bool:
    """Whether it is a personal code: one with a date of birth and a check digit, or one of those since 2017."""
    return number.startswith("32") or pvn.is_valid(number)


_CODICE = r"[A-Za-z]{3}[ ]?[A-Za-z]{3}[ ]?[\dL-Vl-v]{2}[ ]?[A-EHLMPR-Ta-ehlmpr-t][ ]?[\dL-Vl-v]{2}[ ]?[A-Za-z][\dL-Vl-v]{3}[ ]?[A-Za-z](?!\w)"
_HETU = r"\d{6}[ ]?[\-+A-FU-Y][ ]?\d{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y](?!\w)"
_BELGIAN = r"\d\d[. ]\d\d[. ]\d\d[ \-]\d{3}[. ]\d\d(?!\d)"

ID_NUMBERS: tuple[IdNumber, ...] = (
    IdNumber("rijksregisternummer | rijksregister | insz | numéro national | numéro de registre national | registre national | n° national | niss | rrn | national register number", _digits(11), _BELGIAN, is_belgian),
    IdNumber("егн | egn | единен граждански номер | лнч | булстат", _digits(10)),
    IdNumber("rodné číslo | rodne cislo | rodného čísla | rodným číslem | rod. č. | rod. číslo | r. č. | r.č. | rč | birth number", r"\d{6}[ ]?/?[ ]?\d{3,4}(?!\d)", r"\d{6}/\d{3,4}", rc.is_valid),
    IdNumber("dič | ič dph | ič", r"(?:CZ|SK)?[ ]?\d{8,10}(?!\d)"),
    IdNumber("cpr-nummer | cpr nummer | cpr-nr. | cpr-nr | cpr nr. | cpr nr | cpr | personnummer | cpr number", r"\d{6}[ \-]?\d{4}(?!\d)", r"\d{6}-\d{4}", cpr.is_valid, 0.5),
    IdNumber("isikukood | isikukoodi | isikukoodiga | estonian personal code", _digits(11), r"[3-6]\d{10}", ik.is_valid, 0.5),
    IdNumber("henkilötunnus | henkilötunnukseni | henkilötunnuksen | hetu | hetuni | sotu | personbeteckning | finnish personal identity code", _HETU, _HETU, is_finnish),
    IdNumber("αφμ | α.φ.μ. | afm | αριθμός φορολογικού μητρώου", r"(?:EL)?[ ]?" + _digits(9)),
    IdNumber("αμκα | α.μ.κ.α. | amka", _digits(11), r"[0-3]\d[01]\d\d{7}", amka.is_valid, 0.5),
    IdNumber("αδτ | α.δ.τ. | αριθμός δελτίου ταυτότητας | αριθμός ταυτότητας | δελτίο ταυτότητας", r"[Α-ΩA-Z]{1,2}[ \-]?\d{6}(?!\d)"),
    IdNumber("oib | osobni identifikacijski broj", r"(?:HR)?" + _digits(11)),
    IdNumber("jmbg | matični broj | emšo | emso | enotna matična številka", _digits(13), r"[0-3]\d[01]\d[09]\d{8}", emso.is_valid, 0.6),
    IdNumber("davčna številka | davčna št. | id za ddv", r"(?:SI)?" + _digits(8)),
    IdNumber("adóazonosító jel | adóazonosító | adóazonosítóm | adóazonosító jelem | adószám | adószámom", r"\d{8}-\d-\d\d(?!\d)|" + _digits(10)),
    IdNumber("taj szám | taj-szám | taj számom | taj", _digits(9)),
    IdNumber("személyi szám | személyi azonosító | személyi igazolvány | személyi igazolványszám | szig. szám | szig.", r"\d[ \-]?\d{6}[ \-]?\d{4}(?!\d)|\d{6}[ ]?[A-Z]{2}(?!\w)"),
    IdNumber("pps number | pps no. | pps no | ppsn | pps | personal public service number | uimhir psp", r"\d{7}[ ]?[A-Wa-w][A-IWa-iw]?(?!\w)"),
    IdNumber("codice fiscale | cod. fiscale | cod. fisc. | codice fisc. | c. f. | c.f. | cf | italian tax code", _CODICE, _CODICE, codicefiscale.is_valid, 0.85),
    IdNumber("partita iva | p. iva | p.iva | piva", r"(?:IT)?[ ]?" + _digits(11)),
    IdNumber("carta d'identità | carta di identità | c.i. | ci n.", r"[A-Z]{2}[ ]?(?:\d{7}|\d{5}[ ]?[A-Z]{2})(?!\w)"),
    IdNumber("asmens kodas | asmens kodą | a. k. | a.k. | lithuanian personal code", _digits(11)),
    IdNumber("personas kods | personas kodu | pers. kods | latvian personal code", r"\d{6}[ \-]?\d{5}(?!\d)", r"\d{6}-\d{5}", is_latvian),
    IdNumber("matricule national | matricule | matrikelnummer | numéro d'identification national | luxembourg national id", _digits(13), r"(?:19|20)\d{11}", lu_tin.is_valid, 0.5),
    IdNumber("karta tal-identità | id card number | id card no. | id card no | identity card no. | identity card number", r"\d{3,7}[MGAPLHBZ](?!\w)"),
    IdNumber("αφτ | α.φ.τ. | tic | cyprus tax identification code", r"\d{8}[A-Z](?!\w)"),
    IdNumber("burgerservicenummer | bsn-nummer | bsn nummer | bsn | sofinummer | sofi-nummer | citizen service number", _digits(9) + r"|\d{8}(?!\d)"),
    IdNumber("fødselsnummer | fødselsnummeret | personnummer | fødselsnr. | fødselsnr | fnr. | fnr | d-nummer | norwegian national id", r"\d{6}[ ]?\d{5}(?!\d)", r"\d{6}[ ]?\d{5}", fodselsnummer.is_valid, 0.5),
    IdNumber("pesel | numer pesel | nr pesel | pesel number", _digits(11), r"\d\d[0-3]\d[0-3]\d{6}", pesel.is_valid, 0.5),
    IdNumber("nip | numer nip | nr nip | numer identyfikacji podatkowej", r"(?:PL)?[ ]?" + _digits(10), r"\d{3}-\d{3}-\d\d-\d\d|\d{3}-\d\d-\d\d-\d{3}|PL\d{10}", nip.is_valid),
    IdNumber("dowód osobisty | dowodu osobistego | nr dowodu | numer dowodu | seria i numer dowodu", r"[A-Z]{3}[ ]?\d{6}(?!\d)"),
    IdNumber("número de contribuinte | nº de contribuinte | n.º de contribuinte | contribuinte n.º | contribuinte | número fiscal | nif | nipc", r"(?:PT)?[ ]?" + _digits(9)),
    IdNumber("cartão de cidadão | cartão do cidadão | bilhete de identidade | n.º cc | nº cc", r"\d{8}(?:[ ]?\d[ ]?[A-Z0-9]{2}[ ]?\d)?(?!\w)", r"\d{8}[ ]?\d[ ]?[A-Z]{2}\d", cc.is_valid),
    IdNumber("niss | número de segurança social | segurança social | n.º de segurança social", _digits(11)),
    IdNumber("cnp | c.n.p. | cod numeric personal | codul numeric personal", _digits(13), r"[1-8]\d{12}", cnp.is_valid, 0.6),
    IdNumber("cui | c.u.i. | cod fiscal | cif", r"(?:RO)[ ]?\d{2,10}(?!\d)"),
    IdNumber("buletin seria | ci seria | c.i. seria | seria", r"[A-Z]{2}[ ,]{0,2}(?:nr\.?|numărul)?[ ]?\d{6}(?!\d)"),
    IdNumber("personnummer | personnumret | personnr. | personnr | pers.nr. | pers.nr | pnr. | pnr | samordningsnummer | swedish personal identity number", r"(?:\d\d)?\d{6}[ \-+]?\d{4}(?!\d)", r"(?:(?:19|20)\d{6}[\-+]?|\d{6}[\-+])\d{4}", personnummer.is_valid),
    IdNumber("vat registration number | vat reg. no. | vat reg no | vat number | vat no. | vat no | vat id | vat-id | ust-idnr. | ust-idnr | ust.-idnr. | ust.-id-nr. | ust-id-nr. | ust-id | ust.-id | umsatzsteuer-id | umsatzsteuer-identifikationsnummer | uid-nummer | uid-nr. | numéro de tva | n° de tva | n° tva | tva intracommunautaire | tva intracom | btw-nummer | btw nummer | btw-nr. | btw-nr | btw-id | btw nr | momsregistreringsnummer | momsreg.nr | vat-nummer", r"(?:CHE|[A-Z]{2})[ \-]?(?=[A-Z0-9. ]{0,6}\d)[A-Z0-9](?:[. ]?[A-Z0-9]){6,12}(?!\w)"),
    IdNumber("personal identity number | personal identification number | personal id number | personal code | personal number | national identification number | national insurance no. | numéro d'identité | persoonsnummer | identiteitsnummer | identifikačné číslo | osobný kód | osebna številka", r"(?=[A-Za-z]{0,6}\d)[A-Za-z0-9](?:[ \-./+]?[A-Za-z0-9]){5,18}(?<=\d\w?)(?!\w)"),
)  # fmt: skip
