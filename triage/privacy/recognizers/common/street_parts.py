"""Patterns of what street addresses are made of: ways, numbers, units, towns, states, postcodes, countries."""

from __future__ import annotations

import regex

from triage.privacy.lexicon.places import country_names
from triage.privacy.patterns.pattern import Pattern

CAP = r"\p{Lu}[\p{L}'’\-]*+(?:\.[\p{L}'’\-]*+){0,3}"
WORDS = r"\p{L}[\p{L}'’.\-]*"
NUMBER = r"\d{1,6}[A-Za-z]?(?:[ ]?[-/][ ]?\d{1,4}[A-Za-z]?)?"
HOUSE = rf"(?:\d{{1,6}}[ ])?{NUMBER}"
_DIRECTION = r"(?:North|South|East|West|(?:N|S|E|W|NE|NW|SE|SW)\b\.?)"
_WAY = (
    r"(?:Street|Str|St|Avenue|Ave?|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Drv?|Court|Ct|Circle|Cir|Place|Pl|Plaza|Square|Sq|"
    r"Terrace|Terr?|Trail|Trl|Parkway|Pkwy|Way|Highway|Hwy|Close|Crescent|Cres|Gardens|Grove|Mews|Row|Walk|Alley|Parade|"
    r"Crossing|Expressway|Freeway|Loop|Turnpike|Causeway|Bypass|Embankment|Wharf|Quay|Yard)"
)
_SELDOM_WAY = (
    r"(?:Heights|Hills?|Points?|Ridges?|Run|Spurs?|Station|Views?|Villages?|Ville|Vista|Walks|Burgs?|Mount|Mountains?|Manors?|Mills?|"
    r"Meadows?|Islands?|Isle|Junctions?|Keys?|Knolls?|Lakes?|Land|Landing|Lights?|Locks?|Lodge|Mall|Neck|Orchard|Oval|Parks?|Pass|"
    r"Passage|Path|Pike|Pines?|Plains?|Ports?|Prairie|Radial|Ranch|Rapids?|Rest|River|Roads|Route|Shoals?|Shores?|Skyway|Springs?|Squares|"
    r"Stravenue|Stream|Streets|Summit|Throughway|Trace|Track|Trafficway|Tunnel|Union|Unions|Valleys?|Via|Viaduct|Wells?|Bridge|Brooks?|Canyon|Cape|"
    r"Cliffs?|Club|Common|Commons|Corners?|Course|Cove|Coves|Creek|Crest|Crossroad|Curve|Dale|Dam|Divide|Drives|Estates?|Extensions?|Falls?|"
    r"Ferry|Fields?|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Freeway|Garden|Gateway|Glens?|Greens?|Groves|Harbors?|Haven|Hollow|Inlet|Camp|Branch|"
    r"Bluffs?|Bend|Beach|Bayou|Bottom|Arcade|Annex|Centers?|Circles|Court|Courts|Mission|Motorway|Overpass|Parkways|Plaza|Rue|Spur|Tunnel|Underpass|Ways|Quays)"
)
_WORLD_WAY = (
    r"\p{L}*(?:katu|gatan|gata|gade|gyden|vej|vejen|vägen|väg|veien|vegen|vegur|tie|kuja|polku|straat|laan|weg|kade|plein|singel|"
    r"stra(?:ß|ss)e|str\.?|gasse|platz|allee|allé|stigen|stien|utca|út|útja|ulica|ulice|caddesi|sokak|puisto|gränd|torget|lände|zeile|steig)"
)
_GERMAN_END = r"(?:stra(?:ß|ss)en?|str\.|weg|gasse|gässchen|platz|allee|damm|ufer|chaussee|steig|stieg|pfad|promenade|graben|brücke|twiete)"
GERMAN_STREET = r"\p{Lu}\p{Ll}{2,}(?:ring|markt|hof|wall|rain|zeile|anger|kamp|berg|bogen|halde|acker|feld|park|garten|tor|wiese|grund)[ ]\d{1,3}[ ]?[a-z]?(?![\w.:,%]?\d)"
"""A German street whose ending other words have too."""
_FRENCH_WAY = (
    r"(?i:rue|avenue|av\.|boulevard|bd|blvd|place|pl\.|all[ée]es?|chemin|ch\.|impasse|quai|cours|route|rte|square|passage|voie|sentier|ruelle|"
    r"esplanade|promenade|faubourg|villa|hameau|lotissement|résidence|r\.)"
)
_ROMANCE_WAY = (
    r"(?i:calle|c/|c\.|cl\.|avenida|avda?\.?|av\.|paseo|p[º°]\.?|plaza|plza?\.?|pza\.?|camino|carretera|ctra\.?|ronda|traves[ií]a|glorieta|rambla|"
    r"v[ií]a|viale|vicolo|piazza(?:le)?|p\.za|corso|largo|lungomare|strada(?:\s+provinciale)?|contrada|borgo|rua|r[uú]a|r\.|praça|praceta|travessa|estrada|"
    r"alameda|zona|urbanización|urb\.|pol[ií]gono|pasaje|cuesta|callej[oó]n|acceso|vial|costanilla|jardines|passeig|carrer|plaça)"
)
_SLAVIC_WAY = r"(?i:ul|al|pl|os|aleja|aleje|ulica|ulitsa|osiedle)\.?"
_OF = r"(?:(?i:de|du|des|da|do|das|dos|del|della|delle|dei|degli|di|la|le|les|las|los|el|al|aux?|à|of|the|y|e|i|im|am|an|der|den|zum|zur|van|von|sur|sous|en|vom|in|op|'t)[ ]|(?i:l|d|dell|all)['’])"
_NAMED = rf"{_OF}{{0,3}}{CAP}(?:[ \-]{_OF}{{0,3}}(?:{CAP}|\d{{1,2}}(?!\d)\.?)){{0,5}}"
_SINGLE = regex.compile(r"[()?:|]+")
CAPITAL_WAYS = frozenset(
    _SINGLE.sub(" ", regex.sub(r"(\w+)([a-z])\?", r"\1 \1\2", f"{_WAY} {_SELDOM_WAY}")).split()
) | frozenset(
    "Am An Auf Im In Zum Zur Hinter Unter Vor Bei Weg Gasse Platz Ring Damm Ufer Chaussee Markt Graben Wall Steig".split()
)
"""Words that only with a capital are part of the forms in STRONG."""
WAYS = frozenset(
    "strasse straße rue avenue av boulevard bd blvd pl allée allées allee chemin ch impasse quai cours route rte passage voie sentier"
    " ruelle esplanade promenade faubourg villa hameau lotissement résidence residence calle cl avenida avda paseo plaza plz plza pza camino"
    " carretera ctra ronda travesía travesia glorieta rambla vía via viale vicolo piazza piazzale corso largo lungomare strada contrada borgo"
    " rua rúa praça praceta travessa estrada alameda zona urbanización urb polígono poligono pasaje cuesta callejón callejon acceso vial"
    " costanilla jardines passeig carrer plaça ul os aleja aleje ulica ulitsa osiedle unit psc cmr box uss usns usnv uscgc postbox postfach"
    " postale apartado apdo casella suite apt apartment flat studio".split()
)
"""Words of the forms in STRONG that stand in any case."""
SHORT_WAY = regex.compile(
    r"\b(?:[cC](?:l|lle)?[/.][ ]?(?:de[ ])?\p{Lu}|[rR]\.[ ]?\p{Lu}|B\.?P\.?[ ]\d|C\.?P\.?[ ]\d|[pP][º°]|[aA]l\.[ ]\p{Lu}|GPO|[hH]\.[nN]o)"
)
"""What has no word of its own: `C/ Mayor`, `BP 12`."""
WAY_ENDINGS = (
    "strasse", "straße", "strassen", "straßen", "str", "weg", "gasse", "gässchen", "platz", "allee", "allé", "damm", "ufer", "chaussee", "steig",
    "stieg", "pfad", "promenade", "graben", "brücke", "twiete", "katu", "gatan", "gata", "gate", "gade", "gyden", "vej", "vejen", "vägen", "väg",
    "veien", "vegen", "vegur", "tie", "kuja", "polku", "straat", "laan", "kade", "plein", "singel", "stigen", "stien", "utca", "út", "útja",
    "ulica", "ulice", "caddesi", "sokak", "puisto", "gränd", "torget", "lände", "zeile",
)  # fmt: skip
UNIT = (
    r"(?:(?:(?i:apt|apartment|appt?|appartement|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|studio|office|wing|block|"
    r"eb|box|étage|bât(?:iment)?|wohnung|whg|piso|planta|puerta|esc|escalera|interno|int|scala)\.?|\#)[ ]?\#?[ ]?[A-Za-z]?-?\d[\w\-]*|"
    r"\d{1,3}(?:st|nd|rd|th)[ ](?i:floor|fl)\.?|(?i:ground|first|second|third|top)[ ](?i:floor)|\d{1,2}(?:er|e|ème|º|ª|°)[ ]?(?:étage|piso|[A-Za-zª-º](?!\w))|"
    r"\d{1,2}\.[ ](?:OG|Stock|Etage)|EG\b)"
)
STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|AP|AE|AA|"
    r"Ala(?:bama|\.)?|Alaska|Ariz(?:ona|\.)|Ark(?:ansas|\.)|Cal(?:if(?:ornia|\.)|\.)|Colo(?:rado|\.)|Conn(?:ecticut|\.)|Delaware|Florida|Fla\.|Georgia|Hawaii|Idaho|Ill(?:inois|\.)|"
    r"Ind(?:iana|\.)|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Mass(?:achusetts|\.)?|Mich(?:igan|\.)|Minn(?:esota|\.)|Mississippi|Missouri|Montana|"
    r"Nebraska|Nevada|New[ ](?:Hampshire|Jersey|Mexico|York)|(?:North|South)[ ](?:Carolina|Dakota)|Ohio|Oklahoma|Okla\.|Ore(?:gon|\.)|Penn(?:sylvania|\.)|Rhode[ ]Island|Tenn(?:essee|\.)|"
    r"Tex(?:as|\.)?|Utah|Vermont|Virginia|Wash(?:ington|\.)|West[ ]Virginia|Wisconsin|Wyoming)\.?"
)
US_CODE = r"\d{5}(?:[ ]?-[ ]?\d{4})?"
UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}\b"
_OTHER_CODE = r"(?:(?:[A-Z]{1,3}-?[ ]?)?\d{4,6}(?:-\d{3,4})?|\d{3}[ ]\d{2}|\d{2}-\d{3}|\d{4}[ ]?[A-Z]{2}|[A-Z]\d[A-Z][ ]?\d[A-Z]\d)\b"
CODE = rf"(?:{_OTHER_CODE}|{UK_CODE})"
_NO_TOWN = (
    r"(?!(?i:tel|telephone|phone|fax|facsimile|mob|mobile|cell|office|desk|e-?mail|web|www|http|https|thanks|thank|regards|best|kind|from|to|cc|sent|date|ext|"
    r"subject|attn|direct|ph|fon|telefon|handy|fx|please|voice|pager|skype|viele|cordialement|saludos|company|note)\b|"
    r"(?:And|Or|For|If|We|I|Im|Mit|The|This|It|You|My|Name|Site|Main|In|On|At|As|Is)\b)"
)
_PART = r"[\-/' ](?:(?:am|an|der|in|im|bei|ob|zu|zur|sur|sous|lès|les?|la|de|d|del|dell|della|di|du|des|do|da|e|upon|on|nad|pod|pri|na|u|v|ve|w|i|y|St\.?)[ '’\-]){0,2}"
TOWN = rf"{_NO_TOWN}\p{{Lu}}[\p{{L}}'’]*+(?:\.[\p{{L}}'’]*+){{0,3}}(?:{_PART}{CAP}){{0,4}}(?:[ ]\d{{1,2}}(?!\d))?(?:[ ]\([^()\n]{{2,20}}\))?"
COUNTRY = r"\L<countries>\b(?:[ ]\([^()\n]{2,20}\))?"

STRONG = (
    rf"{HOUSE},?[ ](?:{_DIRECTION}[ ])?(?:(?:{CAP}|\d{{1,3}}(?:st|nd|rd|th))[ ]){{1,5}}{_WAY}\b\.?(?:[ ]{_DIRECTION})?(?:[ ]{_WAY}\b\.?)?",
    rf"{HOUSE},?[ ](?:{_DIRECTION}[ ])?(?:(?:{CAP}|\d{{1,3}}(?:st|nd|rd|th))[ ]){{1,5}}{_SELDOM_WAY}\b(?:[ ]{_WAY}\b\.?)?",
    rf"{HOUSE}[ ](?:Avenue|Rue|Boulevard|Place|Plaza)[ ]{_NAMED}(?:[ ]\d{{1,4}}(?!\d))?",
    rf"(?:{HOUSE}[ ])?(?:\p{{Lu}}[\p{{L}}\-.]*+[ ]){{0,3}}\p{{Lu}}[\p{{L}}\-]*{_GERMAN_END}[ ]{NUMBER}",
    rf"(?:{HOUSE}[ ])?(?:\p{{Lu}}[\p{{L}}\-.]*+[ ]){{0,2}}\p{{Lu}}[\p{{L}}\-.]*[ \-](?:Stra(?:ß|ss)e|Str\.?|Weg|Gasse|Platz|Allee|Ring|Damm|Ufer|Chaussee|Markt|Graben|Wall|Steig|Promenade)[ ]{NUMBER}",
    rf"(?:{HOUSE}[ ])?(?:Am|An[ ]de[rmn]|Auf[ ]de[rmn]|Im|In[ ]de[rnm]|Zu[rm]|Hinter[ ]de[rmn]|Unter[ ]de[nmr]|Vor[ ]de[mnr]|Bei[ ]de[rmn])[ ]\p{{Lu}}\p{{L}}{{2,}}(?:[ ]\p{{Lu}}\p{{L}}+)?[ ]\d{{1,3}}[a-z]?(?![\d.:])",
    rf"{HOUSE},?[ ](?:bis,?[ ]|ter,?[ ])?{_FRENCH_WAY}[ ]{_NAMED}(?:[ ]\d{{1,4}}(?!\d))?",
    rf"(?:{HOUSE}[ ])?{_FRENCH_WAY}[ ]{_NAMED},?[ ]\d{{1,4}}(?!\d)",
    rf"(?:{HOUSE},?[ ])?{_ROMANCE_WAY}[ ]?{_NAMED},?[ ](?:n[.º°]*[ ]?|núm\.?[ ])?{NUMBER}(?:,[ ]?\d{{1,2}}[ºª°]?[ ]?\w?\b)?",
    rf"{HOUSE}[ ]{_ROMANCE_WAY}[ ]{_NAMED}",
    rf"{HOUSE}[ ](?:{CAP}[ ]){{0,3}}{_WORLD_WAY}\b\.?(?:[ ]\d{{1,4}}[A-Za-z]?)?\b",
    rf"(?:{HOUSE}[ ])?(?:{CAP}[ ]){{0,3}}(?=\p{{Lu}}){_WORLD_WAY}\b\.?[ ]{NUMBER}",
    rf"(?:{HOUSE}[ ])?{_SLAVIC_WAY}[ ]{CAP}(?:[ ]{CAP}){{0,3}}[ ]{NUMBER}",
    r"(?:Unit|PSC|CMR|UNIT|unit|psc)[ ]\d{1,5},?[ ](?i:box)[ ]\d{1,5}(?:,?[ \n]{1,3}(?i:[ADF]PO)[ ](?i:A[APE])[ ]\d{5})?",
    r"(?:USS|USNS|USNV|USCGC)[ ]\p{Lu}\p{L}+(?:[ ]\p{Lu}\p{L}+)?,?[ ]?\n?[ ]?(?:[ADF]PO)[ ]A[APE][ ]\d{5}",
    r"(?:\d{1,6}[ ])?(?:(?i:p[ ]?\.?[ ]?o[ ]?\.?[ ]?box|post[ ]?box|postfach|boîte postale)|B\.?P\.?|CP|Apartado(?: de correos)?|Apdo\.?|Casella postale|C\.P\.|GPO Box|Locked Bag)[ ]\d[\d ]{0,7}",
    r"(?:(?i:suite|apt|apartment|flat|studio|h\.no))\.?[ ]\#?\d{1,5}[A-Za-z]?\b",
)
"""Street lines that are known by their own words."""

_LOWER_WAY = (
    r"(?:u\.|út|útja|tér|tere|utca|utcája|krt\.|rkp\.|sétány|köz|kapu|fejedelem|gate|gata|vei|veien|veg|vegen|terrasse|plass|allé|alle|väg|vägen|vej|"
    r"katu|tie|põik|tee|mnt|pst|trg|ulica|ulice|cesta|nábřeží|náměstí|nám\.|třída|tř\.|z|u|v|v\.|na|nad|pod)"
)
PLAIN = (
    rf"(?:{HOUSE}[ ])?{CAP}(?:[ ]{_OF}{{0,2}}(?:{CAP}|{_LOWER_WAY}(?=[ ]))){{0,5}}[ ]\d{{1,5}}[A-Za-z]?\.?(?![\d:%])"
)
"""A name with a number: a street only where something around it says so."""
NUMBERED = rf"\d{{1,6}}[ ](?:\d{{1,5}}[ ])?{CAP}(?:[ ]{_OF}{{0,2}}{CAP}){{0,4}}"
ROAD = rf"(?:{HOUSE}[ ])?(?:{CAP}[ ]){{1,4}}(?:{_WAY}|{_SELDOM_WAY})\b\.?"


def street_pattern(pattern: str) -> Pattern:
    """A pattern that may name COUNTRY."""
    return Pattern(pattern, lists=lambda: {"countries": country_names()})
