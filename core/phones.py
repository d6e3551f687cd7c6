"""Finding a stored number (E.164) by whatever spelling somebody typed."""

import re

import phonenumbers
from django.conf import settings
from django.db.models import Q

_LOOKS_LIKE = re.compile(r"[+(]?[\d\s()./+–-]+")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
# Enough of the end of a number to mean one line, whatever country code stands before it.
LAST_DIGITS = 9
FEWEST_DIGITS = 4


def phone_endings(text: str) -> list[str]:
    """Digits one of which a stored number contains if it is the typed one; [] for other text.

    "+44 (0)117 496 0142", "0044117/4960142" and "0117-4960142" are one number. A part of a number
    counts, too, from FEWEST_DIGITS digits on.
    """
    text = text.strip()
    if not _LOOKS_LIKE.fullmatch(text):
        return []
    bare = "".join(char for char in _TRUNK_ZERO.sub("", text) if char.isdecimal())
    if len(bare) < FEWEST_DIGITS:
        return []
    found = {bare.lstrip("0"), _international(_TRUNK_ZERO.sub("", text))}
    found |= {digits[-LAST_DIGITS:] for digits in found if len(digits) > LAST_DIGITS}
    return sorted(digits for digits in found if len(digits) >= FEWEST_DIGITS - 1)


def phone_matches(text: str, field: str = "phone") -> Q | None:
    """Rows whose number is the typed one, or contains it; None when the text is no number."""
    endings = phone_endings(text)
    if not endings:
        return None
    match = Q()
    for digits in endings:
        match |= Q(**{f"{field}__contains": digits})
    return match


def _international(text: str) -> str:
    """The number's digits with its country code, read as the desk's own country dials it."""
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
