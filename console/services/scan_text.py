"""The text of a scan before it is read: separators as scanners spell them, prefixes, and faults of the keyboard.

A scanner types its code like a keyboard. Whatever differs between its keyboard and the machine's (layout, Caps
Lock, a Shift held down) changes the code; such a code is named for what it is and never mended.
"""

import re
from dataclasses import dataclass

from console.domain.products import gtin_problem

GS = "\x1d"
# What scanners are set up to type where the separator stands. None of it can be part of a lot.
_SPELLED_GS = re.compile(
    r"""<(?:GS|FNC1|F8|0x1D|U\+001D)> | \{(?:GS|FNC1|F8)\} | \[(?:GS|FNC1|F8)\]
      | \\x1d | \\u001d | \\035 | ~d029 | \^\] | [\u241d\u2194\x1c\x1e\x1f]""", re.VERBOSE | re.IGNORECASE)
_LINE_BEFORE_FIELD = re.compile(r"\s*[\r\n]\s*(?=\()")  # printed on labels as one field a line
_EDGES = " \t\r\n\x00\x02\x03\x04\ufeff\u200b"
_SYMBOLOGY = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_GS1_SYMBOLS = frozenset(("d2", "C1", "Q3", "J1", "e0", "e1", "e2", "z1"))  # data marked as GS1 elements
_RETAIL_SYMBOLS = "E"  # EAN and UPC: nothing but a product number
_CLEAN_START = re.compile(r"[0-9A-Za-z(=&+\[\]\x1d]")
_NOT_IN_GS1 = "#$@[\\]^`{|}~"  # outside the characters a GS1 field may hold
_GERMAN_START = re.compile(r"[^\]]?[dDcCqQ][0-9](?=01\d{14})")
_FRENCH_DIGITS = frozenset("&é\"'(-è_çà")
_SHIFTED_DIGITS = frozenset("!@#$%^&*()")
_LEAST_REPEATED = 6

CAPS_LOCK = "The scanner types with Caps Lock on; switch it off and scan again"
LAYOUT = "The keyboard layout is not the scanner's, so letters and signs are changed; set them alike and scan again"
SHIFTED = "Its digits came as signs: Shift is held, or the keyboard layout is another; mend it and scan again"
TWICE = "Two scans ran together; scan the package once more, alone"
EMPTY = "The scan is empty. Scan it again, or enter the product by hand"


@dataclass(frozen=True, slots=True)
class ScanText:
    """A scan's text as read further. ``fault`` is a sentence when it must not be; ``symbol`` is like ``d2``."""

    body: str
    symbol: str = ""
    fault: str = ""

    @property
    def is_gs1(self) -> bool:
        """Tell whether the scanner itself marked the code as GS1 elements."""
        return self.symbol in _GS1_SYMBOLS


def clean(raw: str) -> ScanText:
    """Take off what a scanner adds round a code, and say what its keyboard did to it."""
    text = _SPELLED_GS.sub(GS, raw.strip(_EDGES)).strip(_EDGES)
    text = _without_frame(text)
    if text.startswith("("):
        text = _LINE_BEFORE_FIELD.sub(" ", text)
    match = _SYMBOLOGY.match(text.lstrip(GS))
    symbol = match[1] + match[2] if match else ""
    body = text.lstrip(GS)[3:] if match else text
    body = body.strip(_EDGES)
    return ScanText(body, symbol, _fault(body, symbol))


def _without_frame(text: str) -> str:
    """Take off signs a scanner puts before or behind a code, where they cannot belong to it."""
    framed = len(text) > 2 and text[0] == text[-1] and not _CLEAN_START.match(text) and text[0].isascii()
    if framed:
        return text[1:-1]
    return text.rstrip(_NOT_IN_GS1)


def _fault(body: str, symbol: str) -> str:
    if not body.strip(GS):
        return EMPTY
    if symbol and symbol not in _GS1_SYMBOLS and symbol.swapcase() in _GS1_SYMBOLS and not _may_be_retail(body, symbol):
        return CAPS_LOCK
    if _GERMAN_START.match(body) or not body.isascii():
        return SHIFTED if _all_signs(body) else LAYOUT
    if _all_signs(body):
        return SHIFTED
    return TWICE if _ran_together(body) else ""


def _may_be_retail(body: str, symbol: str) -> bool:
    return symbol[0] == _RETAIL_SYMBOLS and body.isdigit() and len(body) in (8, 12, 13)


def _all_signs(body: str) -> bool:
    """Tell whether a code's digits came as the signs of their keys (French keyboard, or Shift held)."""
    signs = sum(letter in _FRENCH_DIGITS or letter in _SHIFTED_DIGITS for letter in body)
    return signs > len(body) // 2 and not any(letter.isdigit() for letter in body)


def _ran_together(body: str) -> bool:
    if re.search(r"\][A-Za-z][0-9]|[\r\n\t]", body):
        return True
    numbers = [match[1] for match in re.finditer(r"(?=01(\d{14}))", body) if not gtin_problem(match[1])]
    if len(numbers) != len(set(numbers)):
        return True
    bare = body.strip(GS)
    half = len(bare) // 2
    doubled = len(bare) % 2 == 0 and half >= _LEAST_REPEATED and bare[:half] == bare[half:]
    return doubled or any(
        bare.startswith(bare[:size], size) or bare.endswith(bare[:size])
        for size in range(_LEAST_REPEATED, half + 1))
