"""The command line: every error is one sentence and a non-zero exit."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from console.app.no_core_dumps import forbid_core_dumps
from console.app.tour_screen import TourScreen, tour_screen
from console.domain.errors import OperatorError

TRAINING_SCENARIO = "bad-day"

Run = Callable[[argparse.Namespace], int]

CLINICAL_DATA = "judge by this data folder's clinical files and settings (default: what is shipped)"
EPILOG = """\
examples:
  main.py --demo                             look around an invented clinic with a simulated pen
  main.py --training cable-pulled            practise with a pen whose cable is pulled; marked as training
  main.py tour --out pictures                watch a whole treatment being done, off screen
  main.py record --port /dev/ttyACM0 --seconds 60 --data bench
  main.py sessions --data bench --json       what is recorded there
  main.py verify last --data bench           prove that nothing was altered
  main.py export last --data bench --format csv --out last-session

A clinic's passphrase comes from --passphrase-fd N or from the variable NEEDLING_PASSPHRASE, never
from an argument. Demo and bench folders need none: their key lies beside them.
"""


class OneSentenceParser(argparse.ArgumentParser):
    """A parser whose every error is one sentence that says where the help is.

    ``late`` adds options whose making imports much, once this very command is asked for.
    """

    late: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, with the late options added first."""
        if self.late is not None:
            late, self.late = self.late, None
            late(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say what was wrong, and exit with 2."""
        self.exit(2, f"main.py: {message.rstrip('.')}; nothing was done; see {self.prog} --help.\n")


def window_parser() -> OneSentenceParser:
    """Build the parser of what opens the window: all there is but the commands."""
    parser = OneSentenceParser(
        prog="main.py", description="Needling Console: one micro-needling treatment, guided, live and recorded.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    _add_data(parser)
    parser.add_argument("--demo", action="store_true", help="open an invented clinic with a simulated pen")
    parser.add_argument("--training", metavar="SCENARIO", nargs="?", const=TRAINING_SCENARIO,
                        help=f"practise on the invented clinic with a faulty pen (default {TRAINING_SCENARIO})")
    parser.add_argument(
        "--port", metavar="URL", help="where the pen is (default: look for it; auto:SERIAL: only that pen)")
    _add_pen(parser)
    _add_capture(parser)
    parser.add_argument("--theme", choices=("light", "dim", "contrast"), help="colours to start with")
    parser.set_defaults(run=_lazily("console.app.run_console"))
    return parser


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of the whole program."""
    from console.app import (
        backup_options,
        exchange_options,
        keeping_options,
        keys_options,
        people_options,
        quality_options,
        server_options,
    )

    parser = window_parser()
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for add in (_add_tour, _add_simulate, _add_record, _add_sessions, _add_show, _add_compare, _add_verify, _add_ports,
                _add_pens, _add_adverse_event, _add_anesthetic, _add_screen, _add_scan, _add_clinical,
                _add_seed, _add_incidents):
        add(commands)
    exchange_options.add_exchange(commands)
    keys_options.add_station(commands)
    people_options.add_people(commands)
    quality_options.add_quality(commands)
    backup_options.add_backup(commands)
    backup_options.add_restore(commands)
    keeping_options.add_keeping(commands)
    keys_options.add_keys(commands)
    backup_options.add_check(commands)
    server_options.add_server(commands)
    return parser


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """Give the whole program's parser, or the window's alone where its options are all that is said.

    The window must stand soon, and the commands' options take longer to build than its first page.
    """
    window, waits = window_parser(), False  # waits: the word is what the option before it asked for
    takes = {one: action.nargs != 0 for action in window._actions for one in action.option_strings}
    for word in words:
        if waits and not word.startswith("-"):
            waits = False
        elif word in takes and word not in ("-h", "--help"):
            waits = takes[word]
        else:
            return build_parser()
    return window


def _add_data(parser: argparse.ArgumentParser, what: str = "the data folder") -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help=what)
    parser.add_argument("--passphrase-fd", metavar="N", type=int, default=argparse.SUPPRESS,
                        help="read the passphrase from this file descriptor")


def _add_pen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pen", metavar="ID_OR_FILE",
                        help="read the pen by this profile (default: Pen Link); «main.py pens» lists them")


def _add_capture(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--capture", metavar="FILE", type=Path, help="keep every byte of the pen's port, with its time")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _add_tour(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    tour = commands.add_parser("tour", help="a scripted practitioner does a whole treatment on the real window")
    tour.add_argument("--out", metavar="DIR", type=Path, required=True, help="an empty folder for what it leaves")
    tour.add_argument("--speed", metavar="N", type=_positive, default=60.0, help="hasten waiting N times (default 60)")
    tour.add_argument("--scenario", metavar="NAME", default="acne-scars", help="what happens (default acne-scars)")
    tour.add_argument("--theme", choices=("light", "dim", "contrast"), default="light")
    tour.add_argument("--screen", metavar="WxH[@SCALE]", type=tour_screen, default=TourScreen(),
                      help="how large a screen, such as 1920x1080@1.25 (default 1366x768)")
    tour.add_argument("--on-screen", action="store_true", help="show the window instead of working off screen")
    tour.set_defaults(run=_lazily("console.app.tour"))


def _add_simulate(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    simulate = commands.add_parser("simulate", help="run a simulated pen alone; its URL is the first line")
    simulate.late = _add_simulator_options
    simulate.set_defaults(run=_lazily("devices.simulator.serve"))


def _add_simulator_options(parser: argparse.ArgumentParser) -> None:
    from devices.simulator.serve import add_arguments

    add_arguments(parser)


def _add_record(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    record = commands.add_parser("record", help="record a pen with no window, as a bench capture")
    _add_data(record)
    record.add_argument(
        "--port", metavar="URL", required=True, help="where the pen is; auto, or auto:SERIAL for that pen "
        "and no other; capture:FILE[?speed=N|max] plays a capture")
    record.add_argument("--seconds", metavar="N", type=_positive, required=True, help="how long to record")
    _add_pen(record)
    _add_capture(record)
    _add_json(record)
    record.set_defaults(run=_lazily("console.app.bench"))


def _add_sessions(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    sessions = commands.add_parser("sessions", help="list the sessions, newest first, filtered as in the log")
    _add_data(sessions)
    _add_json(sessions)
    sessions.late = _add_session_filters
    sessions.set_defaults(run=_lazily("console.app.sessions_command", "run_sessions"))
    rebuild = commands.add_parser("rebuild", help="build the lists and monthly sums anew from the histories")
    _add_data(rebuild)
    _add_json(rebuild)
    rebuild.set_defaults(run=_lazily("console.app.sessions_command", "run_rebuild"))


def _add_session_filters(parser: argparse.ArgumentParser) -> None:
    from console.app.sessions_command import add_filters

    add_filters(parser)


def _add_show(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    show = commands.add_parser("show", help="show one session")
    _add_data(show)
    show.add_argument("session", help="its id, the first 6 or more characters of it, or last")
    _add_json(show)
    show.set_defaults(run=_lazily("console.app.reading", "run_show"))


def _add_compare(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    compare = commands.add_parser("compare", help="put two to four sessions side by side, area by area")
    _add_data(compare)
    compare.add_argument("sessions", metavar="SESSION", nargs="+", help="two to four ids, or their first characters")
    _add_json(compare)
    compare.set_defaults(run=_lazily("console.app.compare_command", "run"))


def _add_verify(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    verify = commands.add_parser("verify", help="prove that a session, or all, is whole and unaltered")
    _add_data(verify)
    verify.add_argument("session", nargs="?", help="one session (default: all)")
    verify.add_argument("--head", metavar="HEAD", help="with a session: a head kept elsewhere, as on its report")
    verify.add_argument("--server", action="store_true", help="fail where the clinic server's heads cannot be compared")
    _add_json(verify)
    verify.set_defaults(run=_lazily("console.app.reading", "run_verify"))


def _add_ports(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    ports = commands.add_parser("ports", help="list serial ports and the pens that answer")
    _add_json(ports)
    ports.set_defaults(run=_lazily("console.app.reading", "run_ports"))


def _add_pens(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    pens = commands.add_parser("pens", help="list the pen profiles, check one, or try one on a port")
    _add_data(pens)
    _add_json(pens)
    pens.set_defaults(run=_lazily("console.app.pens_command", "run_list"))
    verbs = pens.add_subparsers(title="verbs", metavar="VERB")
    every = verbs.add_parser("list", help="list the profiles, refused ones with their fault (the default)")
    _add_data(every)
    every.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON for programs")
    check = verbs.add_parser("check", help="prove that a profile is right")
    check.add_argument("file", metavar="FILE", type=Path, help="the profile, a TOML file")
    check.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON for programs")
    check.set_defaults(run=_lazily("console.app.pens_command", "run_check"))
    attempt = verbs.add_parser("try", help="show what is read from a pen by a profile; nothing is recorded")
    _add_data(attempt)
    attempt.add_argument("pen", metavar="FILE", help="the profile, a TOML file or its id")
    attempt.add_argument("--port", metavar="URL", required=True, help="where the pen is, or auto")
    attempt.add_argument("--seconds", metavar="N", type=_positive, default=5.0, help="how long to read (default 5)")
    attempt.set_defaults(run=_lazily("console.app.pens_command", "run_try"))


def _add_adverse_event(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    event = commands.add_parser(
        "adverse-event", help="list adverse events, or write one as the fields of form FDA 3500 (MedWatch)")
    _add_data(event)
    event.add_argument("event", nargs="?", metavar="ID", help="its number, such as AE-0001 (default: list them)")
    event.add_argument("--format", choices=("pdf", "json"), help="what to write")
    event.add_argument("--out", metavar="FILE", type=Path, help="the file to write")
    _add_json(event)
    event.set_defaults(run=_lazily("console.app.adverse_event_command"))


def _add_anesthetic(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    anesthetic = commands.add_parser("anesthetic", help="judge a plan of anesthetics by their labels")
    _add_data(anesthetic, CLINICAL_DATA)
    anesthetic.add_argument("plan", nargs="?", metavar="PLAN.json", help="the plan, or - for standard input")
    anesthetic.add_argument("--list", action="store_true", help="name the products and their limits")
    anesthetic.add_argument("--schema", action="store_true", help="print the JSON Schema of a plan")
    _add_json(anesthetic)
    anesthetic.set_defaults(run=_lazily("console.app.anesthetic_command"))


def _add_screen(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    screen = commands.add_parser("screen", help="judge a patient's answers by the screening rules")
    _add_data(screen, CLINICAL_DATA)
    screen.add_argument("answers", nargs="?", metavar="ANSWERS.json", help="the answers, or - for standard input")
    screen.add_argument("--rules", action="store_true", help="list the rules with their ids")
    screen.add_argument("--schema", action="store_true", help="print the JSON Schema of the answers")
    _add_json(screen)
    screen.set_defaults(run=_lazily("console.app.screen_command"))


def _add_scan(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    scan = commands.add_parser(
        "scan", help="say what a barcode means",
        epilog="exit code: 0 when all is well, 1 with a sentence for each problem")
    scan.add_argument("text", metavar="TEXT", help="the code as the scanner types it, with its separators as they are "
                      "or written <GS> or \\x1d; - for standard input")
    _add_data(scan, "compare with this clinic's catalogue and recalls (default: with none)")
    scan.add_argument("--date", metavar="YYYY-MM-DD", default="", help="the day to judge expiry by (default: today)")
    _add_json(scan)
    scan.set_defaults(run=_lazily("console.app.scan_command"))


def _add_clinical(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    clinical = commands.add_parser("clinical", help="every clinical figure with its source; a clinic's file proved")
    acts = clinical.add_subparsers(title="what to do", metavar="ACT", required=True)
    every = acts.add_parser("list", help="every number, rule and text with its source and review date")
    _add_data(every, "a data folder's clinical files and settings (default: what is shipped)")
    every.add_argument("--kind", metavar="KIND", default="", help="one kind only, such as plan, rule or alarm")
    every.add_argument("--numbers", action="store_true", help="numbers only")
    _add_json(every)
    every.set_defaults(run=_lazily("console.app.clinical_commands", "run_list"))
    check = acts.add_parser("check", help="prove a clinic's own file or folder against the rules for clinical files")
    check.add_argument("file", metavar="FILE", type=Path, help="a TOML file, or a folder of them")
    _add_json(check)
    check.set_defaults(run=_lazily("console.app.clinical_commands", "run_check"))
    schema = acts.add_parser("schema", help="each table, field, unit and allowed value of a clinical file")
    _add_json(schema)
    schema.set_defaults(run=_lazily("console.app.clinical_commands", "run_schema"))


def _add_incidents(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    incidents = commands.add_parser("incidents", help="the clinic's incidents, those overdue first")
    _add_data(incidents)
    incidents.add_argument("--pdf", metavar="FILE", type=Path, help="write them as PDF too")
    _add_json(incidents)
    incidents.set_defaults(run=_lazily("console.app.incidents_command"))


def _add_seed(commands: "argparse._SubParsersAction[OneSentenceParser]") -> None:
    seed = commands.add_parser("seed", help="make an invented clinic with as many sessions as are wanted")
    _add_data(seed, "the folder to make; it must not be there yet")
    seed.add_argument("--sessions", metavar="N", type=_positive, required=True, help="how many sessions")
    seed.add_argument("--with-telemetry", metavar="N", type=int,
                      help="how many of them, the newest, recorded a pen (default 12)")
    seed.add_argument("--random-seed", metavar="N", type=int, default=1, help="another number, another clinic")
    _add_json(seed)
    seed.set_defaults(run=_lazily("console.app.seed_command"))


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number above zero")
    return number


def _lazily(module: str, name: str = "run") -> Run:
    """Let a command import what it needs when it runs: `sessions` starts without Qt and `--help` without all."""

    def run(args: argparse.Namespace) -> int:
        return int(getattr(import_module(module), name)(args))

    return run


def main(argv: Sequence[str] | None = None) -> int:
    """Parse and run; OperatorError becomes its sentence on standard error and exit code 1."""
    logging.captureWarnings(True)
    forbid_core_dumps()
    try:
        args = parser_for(sys.argv[1:] if argv is None else argv).parse_args(argv)
        run: Run = args.run
        code = run(args)
        if sys.stdout is not None:  # the shell may have closed it
            sys.stdout.flush()
        return code
    except OperatorError as error:
        print(f"main.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("main.py: interrupted; what was saved is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Who read has had enough; what Python still holds for it must go nowhere, or it fails at exit.
        _write_nowhere()
        return 0
    except OSError as error:
        _write_nowhere()
        said = f"{error.strerror or error} ({error.filename})" if error.filename else str(error.strerror or error)
        print(f"main.py: {said}; what was saved is kept; check the disk and the rights to it.", file=sys.stderr)
        return 1


def _write_nowhere() -> None:
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
