"""Codes of other systems than GS1: recognised, checked where they can be, and kept whole."""

import re

_HIBC_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_HIBC = re.compile(r"\+[A-Z$0-9][A-Z0-9\-. $/+%]{3,}")
_ISBT_128 = re.compile(r"[=&][A-Za-z0-9%<>{}()!*+,\-./;?\[\]$#]{5,}")


def hibc_problems(body: str) -> tuple[str, tuple[str, ...]] | None:
    """Give an HIBC code whole and what is to say of it; None if the text is none."""
    if body.upper() != body and _HIBC.fullmatch(body.upper()):
        return "", ("The letters of this HIBC code came small; switch Caps Lock off and scan again",)
    if _HIBC.fullmatch(body) is None:
        return None
    kept = "This is an HIBC code; it is kept whole. Enter product, lot and expiry from the label"
    if _check_character(body[:-1]) == body[-1]:
        return body, (kept,)
    if _check_character(body) == " ":  # a space as check character is lost at the end of a line
        return f"{body} ", (kept,)
    return body, (kept, "Its check character does not fit; compare it with the label, or scan it again")


def _check_character(text: str) -> str:
    return _HIBC_ALPHABET[sum(_HIBC_ALPHABET.index(letter) for letter in text) % 43]


def is_isbt_128(body: str) -> bool:
    """Tell whether a text is an ISBT 128 code, as on blood and tissue."""
    return _ISBT_128.fullmatch(body) is not None
