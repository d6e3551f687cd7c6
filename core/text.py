"""Cleaning and normalising what people type."""

import re
import unicodedata

# Characters PostgreSQL refuses (NUL) or that only serve to forge lines and hide text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
# Marks that reverse the reading direction of what follows; never needed in one-line labels.
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def clean_text(value: str) -> str:
    """Text without control characters; tabs and line ends stay, CRLF becomes LF."""
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(value: str) -> str:
    """Text on one line: no control or direction-override characters, single spaces, trimmed."""
    return _SPACE_KEEP_JOINERS.sub(" ", _BIDI.sub("", clean_text(value))).strip()


# Zero-width joiners are part of emoji and of several scripts: only real white space folds.
_SPACE_KEEP_JOINERS = re.compile(r"\s+")


def is_key(value: object) -> bool:
    """Whether what came from outside can be the key of a row: up to 18 ASCII digits.

    int() takes digits of other scripts, and a longer number does not fit into PostgreSQL's bigint.
    """
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= 18


def normalise_email(value: str) -> str:
    """E-mail address as it is stored and compared: NFKC, trimmed, lower case."""
    return unicodedata.normalize("NFKC", value).strip().lower()


def serial_key(value: str) -> str:
    """Serial number as it is compared: upper case, no white space at all."""
    return _SPACE.sub("", value).upper()
