"""``main.py insights``: figures of a period by practitioner, pen, lot, plan or area, and outcomes. It only reads."""

import argparse
import json
from dataclasses import asdict
from datetime import date

from console.app.reading import opened
from console.app.reading_notes import listing
from console.domain.proportions import FEW, rate_words, wilson
from console.domain.session_list import FacetKind
from console.services.area_insight import AreaReading
from console.services.clocks import SystemClock
from console.services.insight_desk import KINDS, SPANS, Figures, InsightReading
from console.services.list_columns import DASH
from console.services.local_time import local_day
from db.quality_reader import QualityReader

AREA, OUTCOME = "area", "outcome"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked for."""
    parser.add_argument("--by", choices=[*(one.value for one in KINDS), AREA, OUTCOME], default="practitioner")
    parser.add_argument("--span", choices=list(SPANS), default="year", help="3 months, 12 or all (default year)")


def run(args: argparse.Namespace) -> int:
    """Print the figures, the whole clinic first."""
    today = local_day(SystemClock().utc_us())
    if args.by in (AREA, OUTCOME):
        return _run_areas(args, today)
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


def _run_areas(args: argparse.Namespace, today: date) -> int:
    with opened(args, listing("insights")) as (_, store):
        reading = AreaReading(store, QualityReader(store))
        lines = _areas(reading, args.span, today) if args.by == AREA else _outcomes(reading, args.span, today)
    if args.json:
        print(json.dumps({"by": args.by, "too_few_below": FEW, f"{args.by}s": lines}, ensure_ascii=False, indent=1))
        return 0
    for line in lines:
        print("  ".join(f"{name} {DASH if value is None else value}" for name, value in line.items()))
    return 0


def _areas(reading: AreaReading, span: str, today: date) -> list[dict[str, object]]:
    so_far = reading.begin_areas(span, today)
    while not reading.step_areas(so_far):
        pass
    return [{"area": one.area_id, "treated": one.sums.sessions, "minutes": round(one.sums.minutes, 3),
             "depth_mm": one.sums.depth_mm, "punctures_per_cm2_estimate": one.sums.density,
             "over_band_s": round(one.sums.over_s, 3)} for one in so_far.areas()]


def _outcomes(reading: AreaReading, span: str, today: date) -> list[dict[str, object]]:
    so_far = reading.begin_courses(span, today)
    while not reading.step_courses(so_far):
        pass
    return [{"patient": one.patient_id, "plan": one.plan_id, "treatments": one.sessions,
             "punctures_per_cm2_estimate": one.density, "scale": one.first.what.scale_name,
             "first": one.first.what.value, "last": one.last.what.value, "steps_better": one.gained}
            for one in so_far.courses]


def _json(one: Figures) -> dict[str, object]:
    sums = asdict(one.sums)
    del sums["month"]
    treated = one.sums.treated
    shares = {} if treated < FEW else {
        name: [round(bound, 6) for bound in wilson(cases, treated)] for name, cases in (
            ("overrides", one.sums.overrides), ("reactions", one.sums.reactions), ("adverse_events", one.adverse))}
    return {"value": one.value, **sums, "left_out": one.left_out, "adverse_events": one.adverse, "wilson_95": shares}
