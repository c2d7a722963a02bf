"""Invented labels, the ways scanners type them, and the ways those codes come damaged.

Run alone for a long trial: ``python tests/support/label_codes.py 200000 [SEED]`` (from the repository's root).
"""

import random
import string
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from console.domain.products import check_digit
from console.services.scan import ScanKind, ScanResult, read_scan

GS = "\x1d"
TODAY = date(2026, 11, 22)
LOOKALIKES = ("21", "10", "17", "1727", "11", "30", "240", "2110", "37", "7003", "029", "17271231", "01")
GERMAN = str.maketrans("yzYZ]-/;'[()_?&=+", "zyZY+ß-öäü)=?_/´`")
FRENCH = str.maketrans("0123456789aAqQzZwWmM]-", "à&é\"'(-è_çqQaAwWzZ,?$)")
SHIFTED = str.maketrans("0123456789]", ")!@#$%^&*(}")


@dataclass(frozen=True)
class Label:
    """What a package really says; ``more`` are further fields by AI."""

    gtin: str
    lot: str
    expiry: date
    serial: str = ""
    more: tuple[tuple[str, str], ...] = ()
    end_of_month: bool = False

    @property
    def fields(self) -> list[tuple[str, str]]:
        day = "00" if self.end_of_month else f"{self.expiry:%d}"
        rest = [("17", f"{self.expiry:%y%m}{day}"), ("10", self.lot)]
        return [("01", self.gtin), *rest, *([("21", self.serial)] if self.serial else []), *self.more]


def random_gtin(dice: random.Random) -> str:
    body = dice.choice("0123456789") + "".join(dice.choices(string.digits, k=12))
    return body + check_digit(body)


def random_name(dice: random.Random, most: int = 20) -> str:
    letters = dice.choice((string.digits, string.ascii_uppercase + string.digits, string.ascii_uppercase,
                           string.ascii_uppercase + string.digits + "-/._", string.ascii_letters + string.digits))
    name = "".join(dice.choices(letters, k=dice.randint(1, min(most, 12 if dice.random() < 0.8 else 20))))
    if dice.random() < 0.3:
        at = dice.randint(0, len(name))
        name = name[:at] + dice.choice(LOOKALIKES) + name[at:]
    return name[:most].rstrip("._/-") or "A7"


def random_label(dice: random.Random) -> Label:
    expiry = TODAY + timedelta(days=dice.randint(0, 4000))
    whole_month = dice.random() < 0.2
    if whole_month:
        expiry = (expiry.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    more = []
    if dice.random() < 0.15:
        more.append(("11", f"{TODAY - timedelta(days=dice.randint(1, 2000)):%y%m%d}"))
    if dice.random() < 0.1:
        more.append(dice.choice((("240", random_name(dice)), ("30", str(dice.randint(1, 500))), ("37", "12"),
                                 ("16", f"{expiry:%y%m%d}"))))
    return Label(random_gtin(dice), random_name(dice), expiry, random_name(dice) if dice.random() < 0.6 else "",
                 tuple(more), whole_month)


# --- how scanners type them ---------------------------------------------------------------------------------

FIXED = ("01", "11", "16", "17")
SEPARATORS = (GS, GS, GS, "<GS>", "{GS}", "\\x1d", "^]", "\u241d", "[GS]", "\u2194", "{FNC1}")
PREFIXES = ("", "", "]d2", "]C1", "]Q3", GS, "]d2" + GS)


def written(fields: list[tuple[str, str]], separator: str = GS) -> str:
    parts = [ai + value + ("" if ai in FIXED else separator) for ai, value in fields]
    return "".join(parts).removesuffix(separator)


def whole(label: Label, dice: random.Random) -> str:
    fields = label.fields
    form = dice.random()
    if form < 0.2:
        gap, inner = dice.choice((("", ""), (" ", ""), (" ", " ")))
        return gap.join(f"({ai}){inner}{value}" for ai, value in fields)
    if form < 0.5:
        head, rest = fields[:1], fields[1:]
        dice.shuffle(rest)
        fields = head + rest if form < 0.4 else rest + head
    code = dice.choice(PREFIXES) + written(fields, dice.choice(SEPARATORS))
    return code + dice.choice(("", "", "\r\n", "\n", "\t", GS, "\x03"))


# --- damages: each gives a code whose fields may be empty, never wrong ------------------------------------------


def shuffled(label: Label, dice: random.Random) -> list[tuple[str, str]]:
    head, rest = label.fields[:1], label.fields[1:]
    dice.shuffle(rest)
    return head + rest if dice.random() < 0.8 else rest + head


def all_separators_lost(label: Label, dice: random.Random) -> str:
    fields = label.fields if dice.random() < 0.5 else shuffled(label, dice)
    return dice.choice(("", "]d2", "]C1")) + written(fields, "")


def one_separator_lost(label: Label, dice: random.Random) -> str:
    counted = any(ai in ("30", "37") for ai, _ in label.more)  # «305» after a GS elsewhere: not to be told from a lot
    parts = written(shuffled(label, dice)).split(GS)
    if len(parts) < 2 or counted:
        return written(label.fields, "")
    at = dice.randrange(len(parts) - 1)
    return dice.choice(("", "]d2")) + GS.join([*parts[:at], parts[at] + parts[at + 1], *parts[at + 2:]])


def separator_typed_as_digits(label: Label, dice: random.Random) -> str:
    return written(shuffled(label, dice), GS).replace(GS, dice.choice(("029", "0029")))


def cut_off(label: Label, dice: random.Random) -> str:
    """Cut inside the product number or the expiry, or behind the two digits that announce a field."""
    code = written(label.fields)
    inside = [*range(3, 12), *range(13, 16), *range(17, 24), 25]  # cut at 12 it may pass for a UPC-A
    return dice.choice(("", "]d2")) + code[:dice.choice(inside)]


def head_lost(label: Label, dice: random.Random) -> str:
    rest = written(label.fields)[dice.randint(1, 16):]
    chance = rest.startswith("01") or (rest.isdigit() and len(rest) in (8, 12, 13, 14))
    return f"-{rest}" if chance else rest  # what is left looks like a number, and one in ten passes its check


def twice(label: Label, dice: random.Random) -> str:
    code = dice.choice(("", "]d2")) + written(shuffled(label, dice))
    return code + dice.choice(("", "", GS, "\r\n")) + code


def begun_twice(label: Label, dice: random.Random) -> str:
    code = dice.choice(("", "]d2")) + written(label.fields)
    return code[:dice.randint(6, len(code) - 1)] + code


def ended_twice(label: Label, dice: random.Random) -> str:
    code = written(label.fields)
    return code + code[:dice.randint(6, len(code) - 1)]


def two_packages(label: Label, dice: random.Random) -> str:
    other = written(random_label(dice).fields)
    return written(label.fields) + dice.choice(("", "", GS, "]d2", "\n")) + other


def caps_lock(label: Label, dice: random.Random) -> str:
    plain = replace(label, lot=label.lot.upper(), serial=label.serial.upper(), more=())
    return (dice.choice(("]d2", "]C1", "")) + written(plain.fields)).swapcase()


def german_keys(label: Label, dice: random.Random) -> str:
    return (dice.choice(("]d2", "]C1")) + written(label.fields, dice.choice((GS, "")))).translate(GERMAN)


def french_keys(label: Label, dice: random.Random) -> str:
    return (dice.choice(("]d2", "]C1", "")) + written(label.fields)).translate(FRENCH)


def shift_held(label: Label, dice: random.Random) -> str:
    return (dice.choice(("]d2", "")) + written(label.fields).upper()).translate(SHIFTED)


def wrong_digit(label: Label, dice: random.Random) -> str:
    at = dice.randrange(14)
    digit = dice.choice([one for one in string.digits if one != label.gtin[at]])
    return whole(replace(label, gtin=label.gtin[:at] + digit + label.gtin[at + 1:]), dice)


def turned_digits(label: Label, dice: random.Random) -> str:
    places = [at for at in range(13) if abs(int(label.gtin[at]) - int(label.gtin[at + 1])) not in (0, 5)]
    if not places:
        return wrong_digit(label, dice)
    at = dice.choice(places)
    turned = label.gtin[:at] + label.gtin[at + 1] + label.gtin[at] + label.gtin[at + 2:]
    return whole(replace(label, gtin=turned), dice)


def no_such_day(label: Label, dice: random.Random) -> str:
    bad = dice.choice(("271331", "270230", "279901", "270132", "270001", "270431", "2A1231"))
    fields = [(ai, bad if ai == "17" else value) for ai, value in shuffled(label, dice)]
    return written(fields, dice.choice((GS, GS, "")) if bad.isdigit() else GS) if dice.random() < 0.7 else "".join(
        f"({ai}){value}" for ai, value in fields)


def sign_behind(label: Label, dice: random.Random) -> str:
    return dice.choice(("", "]d2")) + written(label.fields) + dice.choice("*;,.:!?#~|$@'\"=")


def signs_round(label: Label, dice: random.Random) -> str:
    sign = dice.choice("*#~|%;!$")
    return sign + written(label.fields) + dice.choice((sign, "", "*"))


def spaced(label: Label, dice: random.Random) -> str:
    if len(label.lot) < 2:
        return "(01)" + label.gtin
    at = dice.randint(1, len(label.lot) - 1)
    broken = f"{label.lot[:at]} {label.lot[at:]}"
    return "".join(f"({ai}){broken if ai == '10' else value}" for ai, value in label.fields)


def brackets_lost(label: Label, dice: random.Random) -> str:
    printed = "".join(f"({ai}){value}" for ai, value in label.fields)
    places = [at for at, letter in enumerate(printed) if letter in "()"]
    at = dice.choice(places)
    return printed[:at] + printed[at + 1:]


DAMAGES: tuple[Callable[[Label, random.Random], str], ...] = (
    all_separators_lost, one_separator_lost, separator_typed_as_digits, cut_off, head_lost, twice, begun_twice,
    ended_twice, two_packages, caps_lock, german_keys, french_keys, shift_held, wrong_digit, turned_digits, no_such_day,
    sign_behind, signs_round, spaced, brackets_lost,
)


def fault_of(label: Label, result: ScanResult) -> str:
    """Say what is stored wrongly: a field that is neither the label's nor empty with a sentence; empty if none."""
    truth = {"gtin": label.gtin, "lot": label.lot, "expiry": label.expiry.isoformat(), "serial": label.serial}
    for name, true in truth.items():
        found = getattr(result, name)
        if found not in ("", true) and found.zfill(14) != true:
            return f"{name} «{found}» for «{true}»"
        if not found and true and not result.problems:
            return f"{name} is empty without a sentence"
    if result.kind not in (ScanKind.PRODUCT, ScanKind.UNREADABLE) and not result.problems:
        return f"taken for a {result.kind}"
    return ""


def main(count: int, seed: int) -> int:
    dice = random.Random(seed)
    faults: Counter[str] = Counter()
    asked = good = 0
    for number in range(count):
        label = random_label(dice)
        if number % 4 == 0:
            code, name = whole(label, dice), "whole"
        else:
            damage = dice.choice(DAMAGES)
            code, name = damage(label, dice), damage.__name__
        result = read_scan(code, None, TODAY)
        if name == "whole":
            good += 1
            asked += bool(result.problems)
        fault = fault_of(label, result)
        if fault:
            faults[name] += 1
            if faults[name] <= 3:
                sys.stdout.write(f"{name}: {code!r}: {fault}\n")
    sys.stdout.write(f"{count} codes, {sum(faults.values())} stored wrongly {dict(faults)}; "
                     f"whole ones asked about: {asked} of {good}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
