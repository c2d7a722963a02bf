"""One start, in a process of its own: prints a line once the first page is painted and answers to touches.

    python -m benchmarks.start_page bare
    python -m benchmarks.start_page DATA_FOLDER
"""

import sys
from pathlib import Path


def bare() -> None:
    """Show an empty window."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1366, 768)
    window.show()
    app.processEvents()
    window.grab()
    _say()


def console(path: Path) -> None:
    """Open the console as main.py does, on a folder that needs no passphrase."""
    from console.app.cli import build_parser

    args = build_parser().parse_args(["--data", str(path)])
    from PySide6.QtWidgets import QApplication

    from console.app.window_run import WindowRun
    from ui.main_window import MainWindow
    from ui.theme import apply_theme, system_theme

    app = QApplication(["needling-console"])
    apply_theme(app, system_theme(app, ""))
    run = WindowRun(app, args, path)
    run.begin()
    app.processEvents()
    window, = (one for one in app.topLevelWidgets() if isinstance(one, MainWindow))
    window.grab()
    if window.page_key != "sign_in":
        raise SystemExit(f"the first page is {window.page_key}")
    _say()
    run.end()


def _say() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    bare() if sys.argv[1] == "bare" else console(Path(sys.argv[1]))
