"""Every page and standing sheet of the program's own window, and the sheets their buttons open, one after the other."""

import threading
from collections.abc import Iterator

from console_rig import PIN
from dossiers import FACE, make_dossier
from real_window import MEYER, RealWindow
from rig_walk import walk_to
from stored_sessions import store_dossier

from console.domain.people import Role, Staff
from console.domain.workflow import PHASES

DAY_US = 86_400_000_000
MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)
DESK = ("sign_in", "today", "patients", "incidents", "room_log", "competences", "follow_up", "imports", "downtime",
        "catalogue", "settings")
OF_A_MANAGER = ("people", "audit", "sessions", "exceptions", "insights", "recall")
SHEETS = {  # by page: the buttons that open one
    "today": ("action.walkin",), "patients": ("action.keys",), "incidents": ("action.report",),
    "room_log": ("duty.fridge.done",), "settings": ("action.keys",),
    "sessions": ("filter.period", "filter.practitioner", "filter.area", "filter.more", "action.views"),
    "session": ("action.export",), "screening": ("action.defer",),
    "consent": ("consent.treatment.read", "consent.treatment.refuse", "photos.none", "chaperone.who"),
    "anesthetic": ("product.list", "action.reaction", "action.skip"),
    "preparation": ("cartridge.list", "glide.list", "pen.manual"),
    "needling": ("manual.depth.value", "manual.rate.value", "areas.list", "target.value", "note.add"),
    "serum": ("product.list", "stepper.volume.value", "serum.none"),
    "aftercare": ("photos.after", "aftercare.show", "aftercare.choices"),
}


def every_page(run: RealWindow) -> Iterator[str]:
    """Bring each page of the desk to the front, then the log with a session, the menu and the pen's sheet, then each
    phase of a treatment; after each page the sheets its buttons open."""
    console = run.console
    dossier = make_dossier(FACE[:3])
    former, last = (store_dossier(run.made.recorder, dossier, shift_us) for shift_us in (-30 * DAY_US, 0))
    console.registry.save_staff(MANAGER, PIN, "MG-01")
    for key in DESK:
        run.window.open_page(key)
        yield from _shown(run, key)
    run.window.open_page("settings", section="place")
    run.click("settings.entry.pedal")
    yield "pedal"
    run.click("settings.entry.sound")
    yield "sounds"
    console.desk.actor = MANAGER
    for key in OF_A_MANAGER:
        run.window.open_page(key)
        yield from _shown(run, key)
    run.window.open_page("session", session_id=last)
    yield from _shown(run, "session")
    run.window.open_page("compare", session_ids=(former, last))
    yield from _shown(run, "compare")
    console.desk.actor = MEYER
    for name, wanted in (("menu", run.window.mark_pressed), ("pen", run.window.pen_pressed)):
        wanted.emit()
        run.live()
        yield name
        run.window.close_overlay()
    console.day.start("P-0412", "facial_acne_scars")
    for phase in PHASES:
        walk_to(console, phase)
        run.live()
        if run.window.page_key == phase.value:
            yield from _shown(run, phase.value)
    run.window.turn_touch_off()
    run.live()
    yield "touch off"
    run.window.wipe_guard.end()


def _shown(run: RealWindow, key: str) -> Iterator[str]:
    settle(run)
    assert run.window.page_key == key
    yield key
    for button in SHEETS.get(key, ()):
        run.click(button)
        assert run.window.overlay is not None, f"{button} opens nothing"
        yield f"{key}, {button}"
        run.window.close_overlay()
        run.live()


def settle(run: RealWindow) -> None:
    """Let the secrets and the query thread answer all they were asked, and all that is asked because of it."""
    for _ in range(60):
        while run.console.secrets is not None and run.console.secrets.busy:
            run.console.secrets.deliver()
        done = threading.Event()
        run.console.queries.ask(lambda: None, lambda _, done=done: done.set(), lambda _: None)
        while not done.is_set():
            run.console.queries.deliver()
            done.wait(0.001)
        if not run.console.queries.busy:
            break
    run.live()
