"""The real window opened again as ``main.py --demo`` does: ``python -m tests.faults.reopening FOLDER``.

Once the page with the treatment left open is painted it prints ``offered SECONDS WORDS``: the processor time it took
and what the page's first button says. Then it ends as a quit does.
"""

import sys
import time
from pathlib import Path


def _main(path: str) -> int:
    from console.app.cli import parser_for
    from console.app.run_console import hurry

    hurry()
    # A port nobody answers: the simulated pen of a demo is no part of opening again.
    words = ["--demo", "--data", path, "--port", "socket://127.0.0.1:9"]
    args = parser_for(words).parse_args(words)
    from PySide6.QtWidgets import QAbstractButton

    from console.app.first_window import Start, make_app

    app = make_app(args)
    start = Start(app, args, Path(path))
    window = start.front.window

    def look() -> None:
        button = window.findChild(QAbstractButton, "action.start") if window.page_key == "today" else None
        if button is not None:
            window.grab()
            hint = button.accessibleDescription().rpartition(", ")[2]
            print(f"offered {time.process_time():.3f} {button.accessibleName()} {hint}", flush=True)
            app.exit(0)

    try:
        start.begin()
        start.front.frames.subscribe(look, name="offered")
        return app.exec()
    finally:
        start.end()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
