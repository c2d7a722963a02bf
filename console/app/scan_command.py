"""``main.py scan``: what a barcode means, for a clinic's IT and for checking. It opens no patient record."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from console.domain.errors import OperatorError
from console.domain.people import CatalogProduct
from console.domain.products import Recall
from console.services.clocks import SystemClock
from console.services.local_time import local_day
from console.services.scan import ScanResult, read_scan

_SHOWN = ("gtin", "lot", "expiry", "serial", "code")


def run(args: argparse.Namespace) -> int:
    """Print what a code means; 0 when all is well, 1 with one sentence for each problem."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if args.text == "-" else args.text
    catalogue, recalls = _shelf(args)
    scan = read_scan(text, catalogue, _day(args.date), recalls)
    if args.json:
        print(json.dumps(_answer(scan, catalogue), indent=1))
    else:
        print("\n".join(_words(scan)))
    return 1 if scan.problems else 0


def _shelf(args: argparse.Namespace) -> tuple[list[CatalogProduct] | None, list[Recall]]:
    path: Path | None = getattr(args, "data", None)
    if path is None:
        return None, []
    # What opens a data folder takes longer to import than a code to read.
    from console.app.reading import opened
    from console.app.reading_notes import no_record
    from console.services.product_desk import recalls_of
    from db.registry import RegistryReader

    with opened(args, no_record) as (_, store):
        registry = RegistryReader(store)
        return registry.products(), recalls_of(registry)


def _day(text: str) -> date:
    if not text:
        return local_day(SystemClock().utc_us())
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{text} is no date", "nothing was read", "write it as 2027-03-31") from None


def _answer(scan: ScanResult, catalogue: list[CatalogProduct] | None) -> dict[str, object]:
    product = scan.product
    return {
        **{name: getattr(scan, name) for name in _SHOWN[:4]}, "problems": [f"{problem}." for problem in scan.problems],
        "kind": scan.kind.value, "code": scan.code, "refused": scan.refused,
        "alternatives": [
            {"lot": one.lot, "expiry": one.expiry, "serial": one.serial} for one in scan.alternatives],
        "product": None if product is None else
        {"id": product.product_id, "name": product.name, "role": product.role},
        "catalogue": None if catalogue is None else len(catalogue),
    }


def _words(scan: ScanResult) -> list[str]:
    lines = [f"{'kind':8} {scan.kind.value.replace('_', ' ')}"]
    if scan.product is not None:
        lines.append(f"{'product':8} {scan.product.name}, {scan.product.role}")
    lines += [f"{name:8} {getattr(scan, name)}" for name in _SHOWN if getattr(scan, name)]
    lines += [f"{problem}." for problem in scan.problems]
    lines += [f"  {place}: {reading}" for place, reading in enumerate(scan.alternatives, 1)]
    return lines
