"""The real program with its log where the harness looks: ``python -m tests.faults.program LOGS [--raising] COMMAND …``.

``--raising``: while the treatment goes on, a slot, a thread, a frame and a question fail, with a patient's name in
their words.
"""

import sys
import threading
from pathlib import Path
from typing import Any

from console.app import tour_script
from console.app.cli import main
from console.app.logs import start_logs

MARKER = "Maren Aalto"
_treat = tour_script.treat


def _fail(*_: Any) -> None:
    raise ValueError(f"cannot read the record of {MARKER}")


def treat_among_failures(tour: Any) -> Any:
    """Begin the failures, then do the treatment."""
    from PySide6.QtCore import QTimer

    app = tour_script.QApplication.instance()
    for delay_ms in (100, 3_000, 9_000):
        QTimer.singleShot(delay_ms, app, _fail)
        QTimer.singleShot(delay_ms + 200, app, lambda: threading.Thread(target=_fail, name="stray").start())
        QTimer.singleShot(delay_ms + 400, app, lambda: tour.console.queries.ask(_fail, _fail, _fail))
    tour.stage.frames.subscribe(_fail, every=300, name="failing")
    return _treat(tour)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    start_logs(Path(arguments.pop(0)))
    if arguments[0] == "--raising":
        arguments.pop(0)
        tour_script.treat = treat_among_failures
    sys.exit(main(arguments))
