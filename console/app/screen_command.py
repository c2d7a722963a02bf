"""``main.py screen``: the verdict on a file of answers, the rules, or the file's schema. It opens no patient record."""

import argparse
import json

from console.app.clinical_input import library_at, read_words
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from console.services.local_time import local_day
from console.services.screening_answers import answers_schema, read_case
from console.services.screening_verdict import judge_case, rule_lines, rules_listing, verdict_lines


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; the exit code is 0 whatever the verdict, which is the answer and no failure."""
    library = library_at(args)
    if args.schema:
        _print_json(answers_schema(library))
    elif args.rules:
        rules = rules_listing(library)
        if args.json:
            _print_json(rules)
        else:
            print("\n".join(rule_lines(rules)))
    elif args.answers is None:
        raise OperatorError("No file of answers is named", "nothing was judged", "name one, or - for standard input")
    else:
        case = read_case(read_words(args.answers), library, local_day(SystemClock().utc_us()))
        told = judge_case(case, library)
        if args.json:
            _print_json(told)
        else:
            print("\n".join(verdict_lines(told)))
    return 0


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
