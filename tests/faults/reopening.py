"""The real window opened again as ``main.py --demo`` does: ``python -m tests.faults.reopening FOLDER``.

Once its first page is painted it prints ``offered SECONDS WORDS``: the processor time it took and what the page's
first button says of the treatment left open. Then it ends as a quit does.
"""

import sys
import time
from pathlib import Path


def _main(path: Path) -> int:
    from console.app.cli import build_parser

    # A port nobody answers: the simulated pen of a demo is no part of opening again.
    args = build_parser().parse_args(["--demo", "--data", str(path), "--port", "socket://127.0.0.1:9"])
    from PySide6.QtWidgets import QAbstractButton, QApplication

    from console.app.window_run import WindowRun
    from ui.main_window import MainWindow
    from ui.theme import apply_theme, system_theme

    app = QApplication(["needling-console"])
    apply_theme(app, system_theme(app, ""))
    run = WindowRun(app, args, path)
    try:
        run.begin()
        while True:
            app.processEvents()
            for window in (one for one in app.topLevelWidgets() if isinstance(one, MainWindow)):
                button = window.findChild(QAbstractButton, "action.start")
                if window.page_key == "today" and button is not None:
                    window.grab()
                    hint = button.accessibleDescription().rpartition(", ")[2]
                    print(f"offered {time.process_time():.3f} {button.accessibleName()} {hint}", flush=True)
                    return 0
            time.sleep(0.001)
    finally:
        run.end()


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
