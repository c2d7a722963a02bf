"""``main.py anesthetic``: a plan of anesthetics judged by their labels. It opens no patient record."""

import argparse
import json

from console.app.clinical_input import library_at, read_words
from console.domain.errors import OperatorError
from console.services.anesthetic_plan import answer, plan_schema, products_answer, read_plan
from console.services.clocks import SystemClock
from console.services.local_time import local_day
from console.services.strict_json import strict_json


def run(args: argparse.Namespace) -> int:
    """Print the judgement of a plan, the list of products, or the plan's schema."""
    library = library_at(args)
    if args.schema:
        _print_json(plan_schema(library))
    elif args.list:
        products = products_answer(library)
        if args.json:
            _print_json(products)
        else:
            print("\n".join(f"{one['product']:12} {one['name']}, {one['strength']}: {one['source']}"
                            for one in products))
    elif args.plan is None:
        raise OperatorError("No plan is named", "nothing was judged", "name a file, or - for standard input")
    else:
        plan = read_plan(_read_json(args.plan), library, local_day(SystemClock().utc_us()))
        found = answer(plan, library)
        if args.json:
            _print_json(found)
        else:
            print("\n".join(_words(found)))
    return 0


def _read_json(name: str) -> object:
    try:
        return strict_json(read_words(name))
    except (ValueError, RecursionError) as error:
        what = f"{'The plan' if name == '-' else name} is not JSON ({error})".replace("\n", " ")
        raise OperatorError(what, "nothing was judged", "see main.py anesthetic --schema") from None


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def _words(found: dict[str, object]) -> list[str]:
    share = found["share"]
    told = "Within the labels" if found["within_label"] else "Not within the labels"
    lines = [told + (f", {share:.1%} of the tightest limit." if isinstance(share, float) else ".")]
    products = found["products"]
    for one in products if isinstance(products, list) else []:
        limits = [f"{name} {one[key]:g} {unit}" for name, key, unit in (
            ("at most", "max_g_here", "g here"), ("at most", "max_g", "g"), ("at most", "max_cm2", "cm²"),
            ("onset", "onset_min", "min"), ("longest", "max_contact_min", "min")) if one[key] is not None]
        area = "an area not given" if one["cm2"] is None else f"{one['cm2']:g} cm²"
        lines.append(f"{one['name']}: {one['grams']:g} g on {area}; {', '.join(limits)}.")
        if one["applied_at"]:
            lines.append(f"  Ready at {one['ready_at']}, off by {one['maximum_at'] or 'no time the label gives'}.")
        lines.append(f"  Source: {one['sources']['max_contact_min']}")
    findings = found["findings"]
    for one in findings if isinstance(findings, list) else []:
        lines.append(f"{one['severity']:5} {one['text']}. [{one['source']}]")
    return lines
