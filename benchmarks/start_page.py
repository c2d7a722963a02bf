"""One start, in a process of its own: says when its first page is painted, and when the record is open.

    python -m benchmarks.start_page bare
    python -m benchmarks.start_page DATA_FOLDER
"""

import sys


def bare() -> None:
    """Show an empty window."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1366, 768)
    window.show()
    app.processEvents()  # paints
    _say("painted")


def console(path: str) -> None:
    """Open the console by main.py's own way, on a folder that needs no passphrase."""
    from pathlib import Path

    from console.app.cli import parser_for
    from console.app.run_console import hurry
    hurry()
    from console.app.first_window import Start, make_app

    words = ["--data", path]
    args = parser_for(words).parse_args(words)
    app = make_app(args)
    start = Start(app, args, Path(path))
    start.begin()
    app.processEvents()  # paints
    from PySide6.QtWidgets import QAbstractButton, QWidget

    window = start.front.window
    if window.page_key != "sign_in":
        raise SystemExit(f"the first page is {window.page_key}")
    window.findChild(QAbstractButton, "pinPad.1").click()
    if "1 digits" not in window.findChild(QWidget, "pinPad.dots").accessibleDescription():
        raise SystemExit("the first page takes no touches")
    _say("painted")
    while start.run is None or not start.run.stands:
        app.processEvents()
    _say("open")
    start.end()


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    bare() if sys.argv[1] == "bare" else console(sys.argv[1])
