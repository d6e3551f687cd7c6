"""Official holidays of countries and their regions, from the package `holidays`."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType

import holidays
from holidays.registry import COUNTRIES

from calendars.errors import UnknownHolidays

LANGUAGES = ("en_GB", "en_US")  # names in the desk's own language, where they are known


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, by name."""
    named = ((names[1], key.replace("_", " ").title()) for key, names in COUNTRIES.items())
    return tuple(sorted(named, key=lambda pair: pair[1]))


def regions(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of a country's regions with holidays of their own; the code when nameless."""
    if country not in dict(countries()):
        return ()
    entity = getattr(holidays, country)
    names = {code: name for name, code in entity.subdivisions_aliases.items()}
    return tuple((code, names.get(code, code)) for code in entity.subdivisions)


def place_words(country: str, region: str) -> str:
    """Country and region as people read them: "Germany, Bayern"; a code nobody knows stays."""
    names = [dict(countries()).get(country, country), dict(regions(country)).get(region, region)]
    return ", ".join(name for name in names if name)


def check_place(country: str, region: str) -> None:
    """Raise UnknownHolidays unless there are holidays of this place; "" "" is no place at all."""
    if country and country not in dict(countries()):
        raise UnknownHolidays(field="country")
    if region and region not in dict(regions(country)):
        raise UnknownHolidays


@lru_cache(maxsize=256)
def official_holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    """Dates with names. Empty for no country, and for years nobody knows the holidays of."""
    if not country:
        return {}
    known = getattr(holidays, country).supported_languages
    language = next((name for name in LANGUAGES if name in known), None)
    found = holidays.country_holidays(country, region or None, years=year, language=language)
    return MappingProxyType(dict(sorted(found.items())))
