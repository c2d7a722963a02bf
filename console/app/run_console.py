"""``main.py`` and ``main.py --demo``: the console on a screen, or without one the treatment played off screen."""

import argparse
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

from console.app.screen_scale import ask_screen, fit_to
from console.domain.errors import OperatorError
from console.services.clocks import SystemClock
from console.services.touch_scale import ScreenSize

OFF_SCREEN = ("offscreen", "minimal", "vnc")
UNKNOWN_SIZE = ScreenSize(0, 0, 0.0, 0.0)


def screen_there() -> ScreenSize | None:
    """Give the screen a window would stand on, None where there is none or nobody looks at it."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in OFF_SCREEN:
        return None
    if sys.platform.startswith(("win", "darwin")):
        return ask_screen() or UNKNOWN_SIZE
    server = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return ask_screen() if server else None


def hurry() -> None:
    """Look for no garbage until the frames do: there is none, and looking is a twentieth of the start.

    Nor let Qt's binding read the source of all that is imported from here on: it looks there for a use of its
    optional ways of writing (``__feature__``), which nobody here has, and that was a fifth of the start.
    """
    gc.disable()
    import PySide6.QtCore  # noqa: F401  it brings the module along

    with suppress(ImportError):  # a release that looks no more
        from shibokensupport import feature  # type: ignore[import-not-found, unused-ignore]

        feature._mod_uses_pyside = lambda module: False


def run(args: argparse.Namespace) -> int:
    """Open the console; with ``--demo`` and no screen, play the treatment into a folder that is named."""
    path: Path | None = getattr(args, "data", None)
    if args.demo and args.training:
        raise OperatorError("Demo and training are two things", "nothing was opened", "say --demo or --training")
    if args.training:
        from devices.simulator.scenario_file import read_scenario

        read_scenario(args.training)  # a wrong name is said before anything opens
    screen = screen_there()
    if screen is not None:
        short = fit_to(screen)  # before Qt is loaded
        hurry()
        from console.app.first_window import open_window

        return open_window(args, path or _usual_folder(args), short)
    if not args.demo:
        raise OperatorError(
            "This machine has no screen that Qt can open", "nothing was opened",
            "install what the README names for one, or run main.py --demo to have a treatment played off screen")
    return _play_off_screen()


def _usual_folder(args: argparse.Namespace) -> Path:
    from console.app.settings import default_data_folder, default_demo_folder, default_training_folder

    if args.training:
        return default_training_folder()
    return default_demo_folder() if args.demo else default_data_folder()


def _play_off_screen() -> int:
    from console.app.cli import build_parser  # its tour, so that what it may be told is asked in one place

    out = _new_folder(Path.cwd())
    print("This machine has no screen that Qt can open, so the treatment is played off screen; "
          f"pictures and report go to {out}", flush=True)
    args = build_parser().parse_args(["tour", "--out", str(out)])
    return int(args.run(args))


def _new_folder(parent: Path) -> Path:
    from console.services.local_time import local

    stamp = local(SystemClock().utc_us()).strftime("%Y%m%d-%H%M%S")
    for number in range(1, 100):
        out = parent / (f"treatment-{stamp}" if number == 1 else f"treatment-{stamp}-{number}")
        if not out.exists():
            return out
    raise OperatorError(f"No new folder can be made in {parent}", "nothing was changed", "work in another place")
