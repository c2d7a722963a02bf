"""``main.py insights``: the figures of a period by practitioner, pen, lot or plan. It only reads."""

import argparse
import json
from dataclasses import asdict

from console.app.reading import opened
from console.app.reading_notes import listing
from console.domain.proportions import FEW, rate_words, wilson
from console.domain.session_list import FacetKind
from console.services.clocks import SystemClock
from console.services.insight_desk import KINDS, SPANS, Figures, InsightReading
from console.services.local_time import local_day
from db.quality_reader import QualityReader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for."""
    parser.add_argument("--by", choices=[one.value for one in KINDS], default="practitioner")
    parser.add_argument("--span", choices=list(SPANS), default="year", help="3 months, 12 or all (default year)")


def run(args: argparse.Namespace) -> int:
    """Print the figures, the whole clinic first."""
    today = local_day(SystemClock().utc_us())
    with opened(args, listing("insights")) as (_, store):
        insight = InsightReading(store, QualityReader(store)).read(FacetKind(args.by), SPANS[args.span], today)
    if args.json:
        print(json.dumps({"by": args.by, "too_few_below": FEW, "whole": _json(insight.whole),
                          "values": [_json(one) for one in insight.values]}, ensure_ascii=False, indent=1))
        return 0
    for name, one in (("all", insight.whole), *((one.value, one) for one in insight.values)):
        print(f"{name:20}  {one.sums.treated:>8,} treated  {one.left_out:>6,} left out  "
              f"overridden {rate_words(one.sums.overrides, one.sums.treated)}")
    return 0


def _json(one: Figures) -> dict[str, object]:
    sums = asdict(one.sums)
    del sums["month"]
    treated = one.sums.treated
    shares = {} if treated < FEW else {
        name: [round(bound, 6) for bound in wilson(cases, treated)] for name, cases in (
            ("overrides", one.sums.overrides), ("reactions", one.sums.reactions), ("adverse_events", one.adverse))}
    return {"value": one.value, **sums, "left_out": one.left_out, "adverse_events": one.adverse, "wilson_95": shares}
