"""Every page and standing sheet of the program's own window, one after the other."""

from collections.abc import Iterator

from real_window import RealWindow
from rig_walk import walk_to

from console.domain.workflow import PHASES


def every_page(run: RealWindow) -> Iterator[str]:
    """Bring each page of the desk to the front, then the menu and the pen's sheet, then each phase of a treatment."""
    for key in ("sign_in", "today", "patients", "incidents", "room_log", "competences", "follow_up", "people", "audit",
                "downtime", "catalogue", "settings", "sessions"):
        run.window.open_page(key)
        run.live()
        yield key
    run.window.open_page("settings", section="place")
    run.click("settings.entry.pedal")
    yield "pedal"
    for name, wanted in (("menu", run.window.mark_pressed), ("pen", run.window.pen_pressed)):
        wanted.emit()
        run.live()
        yield name
        run.window.close_overlay()
    run.console.day.start("P-0412", "facial_acne_scars")
    for phase in PHASES:
        walk_to(run.console, phase)
        run.live()
        if run.window.page_key == phase.value:
            yield phase.value
    run.window.turn_touch_off()
    run.live()
    yield "touch off"
    run.window.wipe_guard.end()
