"""``main.py tour``: a scripted practitioner does a whole treatment on the real window.

The window, the encrypted database and the documents are the real ones; the pen is simulated, in a
process of its own, over a pseudo-terminal (a socket on Windows). Waiting is hastened through the
injected clock; while the pen streams, pen and console live at most eight times faster, alike.
"""

import argparse
import os
import sys
from datetime import UTC
from pathlib import Path
from uuid import UUID

from console.app.demo_codes import FRESH_SERIAL
from console.app.interrupts import quitting_on_interrupts
from console.app.scenario import Scenario, load_scenario
from console.app.simulated_pen import read_sent_log, start_pen
from console.app.tour_places import TourPlaces
from console.domain.errors import OperatorError
from console.services.clocks import HastenedClock
from console.services.local_time import set_zone
from console.services.review_desk import SessionDossier, read_dossier
from db.data_folder import DEMO, create_folder, open_folder
from db.session_store import SessionStore
from db.verify import verify_folder, verify_session

MOST_WHILE_STREAMING = 8.0


def run(args: argparse.Namespace) -> int:
    """Play the tour; 0 only if the record verifies and holds every sample sent while needling."""
    scenario = load_scenario(args.scenario)
    places = TourPlaces(_empty_folder(args.out))
    if not args.on_screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    args.screen.prepare()
    set_zone(UTC)
    session_id, effort = _play(scenario, places, args)
    return _judge(places, session_id, effort)


def _empty_folder(out: Path) -> Path:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OperatorError(f"{out} is not an empty folder", "nothing in it was touched", "name a new or empty one")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorError(f"{out} cannot be made ({error.strerror})", "nothing was changed",
                            "name another place") from None
    return out.resolve()


def _play(scenario: Scenario, places: TourPlaces, args: argparse.Namespace) -> tuple[UUID, str]:
    from PySide6.QtCore import QCoreApplication

    from console.app.tour_script import play  # Qt from here on

    args.pace = pace = min(MOST_WHILE_STREAMING, args.speed)
    clock = HastenedClock(scenario.starts_us, speed=0.0)  # life begins with the treatment, so pictures repeat
    folder = create_folder(places.data, DEMO, clock)
    try:
        pen = start_pen("--scenario", args.scenario, "--speed", f"{pace:g}", "--cartridge", FRESH_SERIAL,
                        sent_log=places.sent_log)
        try:
            print(f"A simulated pen lives at {pen.url}; the record goes to {places.data}", flush=True)
            with quitting_on_interrupts(lambda: QCoreApplication.exit(0)):
                return play(scenario, places, folder, clock, pen, args)
        finally:
            pen.stop()
    finally:
        folder.close()


# --- judging ------------------------------------------------------------------------------------------


def _judge(places: TourPlaces, session_id: UUID, effort: str) -> int:
    """Read everything again with fresh eyes and say how it stands."""
    folder = open_folder(places.data)
    store = SessionStore(folder)
    try:
        dossier = read_dossier(store, lambda one: verify_session(folder, one), session_id)
        faults = verify_folder(folder)
    finally:
        store.close()
        folder.close()
    missed = missed_samples(dossier, places.sent_log)
    print(f"Treatment {session_id}: {dossier.state.outcome}, {dossier.row.state}")
    print(f"Record    {len(dossier.events)} events, {len(dossier.table)} samples, {len(dossier.state.gaps)} gaps, "
          f"{len(dossier.state.alarms)} alarms")
    print(f"Effort    {effort}")
    print(f"Left      {places.out}: screens, report, aftercare sheet, sealed history, camera, data")
    for fault in faults:
        print(f"main.py: session {fault.session_id}, entry {fault.seq}: {fault.what}", file=sys.stderr)
    if missed:
        print(f"main.py: {missed} samples the pen sent while needling are not in the record.", file=sys.stderr)
    whole = not faults and not missed and dossier.state.outcome == "finished"
    print("The record verifies: every entry is as it was written, and no sample is missing."
          if whole else "The record does not verify.")
    return 0 if whole else 1


def missed_samples(dossier: SessionDossier, sent_log: Path) -> int:
    """Count samples the pen put on the wire inside the recordings that the record does not hold."""
    sent = read_sent_log(sent_log) if sent_log.exists() else {}
    missed = 0
    for number, (_, boot_id) in enumerate(dossier.table.boots):
        held = set(dossier.table.index[dossier.table.boot == number].tolist())
        if held:
            first, last = min(held), max(held)
            wanted = {index for start, end in sent.get(boot_id, []) for index in range(start, end)}
            missed += sum(1 for index in wanted if first <= index <= last and index not in held)
    return missed


