"""Street addresses in the common forms of the US, the UK, Germany, Switzerland, France and Spain."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.privacy.recognizers.base import TIMEOUT_SECONDS, Finder

_CAP = r"\p{Lu}[\p{L}'’.\-]*"
_NUMBER = r"\d{1,5}[A-Za-z]?(?:\s?[-/]\s?\d{1,4}[A-Za-z]?)?"
_ENGLISH_WAY = (
    r"(?:Street|St|Avenue|Ave?|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Plaza|Square|Sq|"
    r"Terrace|Ter|Trail|Trl|Parkway|Pkwy|Way|Highway|Hwy|Close|Crescent|Cres|Gardens|Grove|Mews|Row|Walk|Alley|"
    r"Crossing|Expressway|Freeway|Loop|Path|Pike|Turnpike|Causeway|Heights|Hill|Hills|Point|Ridge|Run|Spur|"
    r"Station|View|Village|Vista|Walks|Burgs?|Mount|Mountain|Manor|Mills?|Meadows?|Islands?|Isle|Junction|Keys?|"
    r"Knolls?|Lakes?|Land|Landing|Light|Locks?|Lodge|Mall|Neck|Orchard|Oval|Park|Parks|Pass|Passage|Pines?|Plains?|"
    r"Port|Prairie|Radial|Ranch|Rapids?|Rest|River|Route|Shoals?|Shores?|Skyway|Springs?|Squares|Stravenue|Stream|"
    r"Summit|Throughway|Trace|Track|Trafficway|Tunnel|Union|Valley|Viaduct|Wells?|Bridge|Brook|Canyon|Cape|Cliffs?|"
    r"Club|Corners?|Course|Cove|Creek|Crest|Curve|Dale|Dam|Divide|Estates?|Extensions?|Falls?|Ferry|Fields?|Flats?|"
    r"Fords?|Forest|Forges?|Forks?|Fort|Garden|Gateway|Glens?|Greens?|Harbors?|Haven|Hollow|Inlet|Camp|Bypass|Branch|"
    r"Bluffs?|Bend|Beach|Bayou|Arcade|Annex)"
)
_WORLD_WAY = (
    r"(?:\p{L}*(?:katu|gatan|gata|gade|vej|vägen|väg|veien|vegen|tie|kuja|polku|straat|laan|weg|stra(?:ß|ss)e|str\.?|"
    r"gasse|platz|allee|utca|út|ulica|ulice|ulitsa|caddesi|sokak|puisto))"
)
_UNIT = r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|Rm|Bldg|Building|Box|EB|apt|suite)\.?|\#)\.?\s?\#?\s?[A-Za-z]?-?\d[\w\-]*"
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]|AP|AE|AA|Alabama|Arizona|California|Colorado|Florida|Georgia|Illinois|Massachusetts|Mass|Michigan|Minnesota|"
    r"New[ ]Jersey|New[ ]York|North[ ]Carolina|Ohio|Oregon|Pennsylvania|Texas|Tex|Utah|Virginia|Washington|Wisconsin)\.?"
)
_UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_BREAK = r"[ \t]*(?:,|\n|,[ \t]*\n|\n[ \t]*,)[ \t]*"
_TOWN = rf"{_CAP}(?:[ \-](?:{_CAP}|am|an|der|im|sur|sous|les?|la|de|del|upon)){{0,3}}"
_CODE = r"(?:[A-Z]{1,3}-)?\d{4,6}(?:-\d{3,4})?|\d{3}[ ]\d{2}"
_PLACE = (
    rf"(?:(?:{_CODE})[ ]{{1,2}}{_TOWN}|{_TOWN}[ ,]{{1,3}}{_STATE}[ ,]{{1,3}}\d{{5}}(?:-\d{{4}})?|{_TOWN}[ ,]{{1,3}}(?:{_CODE}|{_UK_CODE})|"
    rf"{_TOWN}[ ,]{{1,3}}{_STATE}\b|{_STATE}[ ]{{1,2}}\d{{5}}(?:-\d{{4}})?|{_UK_CODE}|{_CODE}|nan(?:[ ](?:{_CODE}))?|[A-Z]{{2,3}}(?![\w:])|"
    rf"{_TOWN}(?=[ \t]*(?:,|\.|\n|$)))"
)
_TAIL = (
    rf"(?:{_BREAK}{_UNIT}|[ ]{{1,2}}{_UNIT}){{0,2}}"
    rf"(?:(?:{_BREAK})(?!(?:Tel|Phone|Fax|Mobile|Email|E-Mail|Cell|Office|Web|Http)\b){_PLACE}){{0,4}}"
    rf"(?:[ ]{{1,2}}{_TOWN}[ ,]{{1,3}}{_STATE}[ ,]{{1,3}}\d{{5}}(?:-\d{{4}})?)?"
)
_FORMS = (
    rf"{_NUMBER}[ ](?:(?:North|South|East|West|[NSEW]{{1,2}}\.?)[ ])?(?:(?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))[ ]){{0,4}}"
    rf"{_ENGLISH_WAY}\b\.?(?:[ ](?:[NSEW]{{1,2}}|North|South|East|West)\b\.?)?",
    rf"(?:\p{{Lu}}[\p{{L}}\-]*[ ]){{0,2}}\p{{Lu}}[\p{{L}}\-]*(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|ring|damm|ufer|chaussee)"
    rf"[ ]{_NUMBER}",
    rf"(?:\p{{Lu}}[\p{{L}}\-.]*[ \-]){{1,3}}(?:Stra(?:ß|ss)e|Str\.|Weg|Gasse|Platz|Allee|Ring|Damm|Ufer|Chaussee)[ ]{_NUMBER}",
    rf"{_NUMBER},?[ ](?:bis[ ]|ter[ ])?(?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d|[Pp]lace|[Aa]llée|[Cc]hemin|[Ii]mpasse|"
    rf"[Qq]uai|[Cc]ours|[Rr]oute|[Ss]quare|[Pp]assage)[ ](?:(?:de|du|des|la|le|les|l'|d'|aux?|à)[ ]?){{0,3}}"
    rf"{_CAP}(?:[ \-](?:de[ ]|la[ ]|du[ ])?{_CAP}){{0,3}}",
    rf"(?:Calle|C/|Avenida|Avda?\.?|Paseo|Plaza|Pza\.?|Camino|Carretera|Ronda|Travesía|Glorieta|Rambla|Vía|Via|Viale|Piazza|"
    rf"Rua|Urbanización|Pasaje|Cuesta|Callejón|Acceso)[ ](?:(?:de|del|la|las|los|el)[ ]){{0,3}}"
    rf"{_CAP}(?:[ ](?:(?:de|del|la|y)[ ]){{0,2}}{_CAP}){{0,3}},?[ ](?:n[.º°]*[ ]?)?{_NUMBER}(?:,[ ]?\d{{1,2}}[ºª]?[ ]?\w?\b)?",
    rf"{_NUMBER}[ ](?:{_CAP}[ ]){{0,3}}{_WORLD_WAY}(?:[ ]\d{{1,4}}[A-Za-z]?)?\b",
    rf"(?:{_CAP}[ ]){{0,2}}\p{{Lu}}{_WORLD_WAY}[ ]{_NUMBER}",
    rf"(?:ul\.|al\.|pl\.)[ ]{_CAP}(?:[ ]{_CAP}){{0,2}}[ ]{_NUMBER}",
    rf"\d{{1,6}}[ ](?:\d{{1,5}}[ ])?(?:{_CAP}[ ]|\p{{Ll}}{{2,4}}[ ]){{1,5}}\d{{0,4}}\.?[ ]?\n?[ ]?{_UNIT}",
    r"(?:Suite|Apt|Apartment|Flat|Studio|suite|apt|H\.No)\.?[ ]\d{1,5}[A-Za-z]?\b",
    r"(?:USS|USNS|USNV|USCGC)[ ]\p{Lu}\p{L}+\n?",
    rf"(?:Rua|Via|Viale|Calle|Rue|rua|via|calle|rue)[ ](?:(?:de|do|da|dos|das|del|della|di|la|du|des)[ ]){{0,2}}{_CAP}(?:[ ](?:(?:de|da|do)[ ])?{_CAP}){{0,4}}[ ]{_NUMBER}",
    r"(?:[Pp]\.?[ ]?[Oo]\.?[ ]?[Bb]ox|Postbox|Postfach|Boîte postale|BP|Apartado(?: de correos)?|Apdo\.?|PSC|Unit)[ ]\d[\d ]{0,8}",
)
_ANY_FORM = "|".join(f"(?:{form})" for form in _FORMS)
_BARE_ADDRESS = rf"(?m:^[ \t]*(?:(?:[A-Z]{{1,3}}-)?\d{{4,6}}|\d{{2}}-\d{{3}}|\d{{3}}[ ]\d{{2}}),?[ ]{_TOWN}(?:[ ]\([A-Z]{{2}}\))?[ \t]*$)|(?m:^[ \t]*{_TOWN},?[ ]\d{{5}}[ \t]*$)|{_TOWN},?[ ]+{_STATE}[ ,]+\d{{5}}(?:-\d{{4}})?|\b[A-Z]{{1,2}}\d[A-Z\d]?[ ]\d[A-Z]{{2}}\b"


class StreetAddress(Finder):
    """A street with its number, and the unit, postcode and town that go on from it over line ends."""

    entity = "STREET_ADDRESS"

    _ADDRESS = regex.compile(rf"(?<![\w.#$-])(?:{_ANY_FORM}){_TAIL}")
    _TOWN_CODE = regex.compile(rf"(?<![\w-])(?:{_BARE_ADDRESS})(?![\w-])")

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All forms. Raises TimeoutError when the text is too hard."""
        if not any(character.isdigit() for character in text):
            return
        for pattern, score in ((self._ADDRESS, 0.7), (self._TOWN_CODE, 0.5)):
            for match in pattern.finditer(text, timeout=TIMEOUT_SECONDS):
                yield match.start(), match.end(), score
