"""One list on screen in a process of its own: prints its time to the first painted rows, its memory, and how long
the window was held up while the list was dragged through."""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from benchmarks.made_lines import made_line
from console.domain.errors import Refusal
from console.domain.session_list import SessionFilter
from console.services.list_columns import USUAL, columns_of
from console.services.list_desk import ListDesk, ListStart
from console.services.query_thread import QueryThread
from db.data_folder import open_folder
from db.session_store import SessionStore
from ui.review.session_table import SessionTable

SIZE = (728, 520)
FRAME_S = 1 / 60


def resident_mb() -> float:
    """Give this process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class OpenGate:
    """Lets everybody read."""

    def refused(self) -> Refusal | None:
        """Refuse nobody."""
        return None


class Screen:
    """The list's table with its query thread, tended as the frame timer does."""

    def __init__(self, folder: Path) -> None:
        self.store, self.queries = SessionStore(open_folder(folder)), QueryThread()
        self.desk = ListDesk(self.queries, self.store, OpenGate())  # type: ignore[arg-type]
        self.table = SessionTable(self.desk, self._failed)
        self.table.resize(*SIZE)
        self.table.show()
        self.worst_s = 0.0

    def frame(self) -> None:
        """Do what a frame does, and note how long it held the window."""
        begun = time.perf_counter()
        self.queries.deliver()
        self.table.tend()
        QCoreApplication.processEvents()
        self.worst_s = max(self.worst_s, time.perf_counter() - begun)

    def settle(self) -> float:
        """Go on until every row in sight is there; give how long it took (ms)."""
        begun = time.perf_counter()
        while True:
            self.frame()
            first = self.table.rowAt(1)
            if first >= 0 and all(self.table.rows.row_at(place) for place in range(first, first + 10)):
                return (time.perf_counter() - begun) * 1_000
            time.sleep(0.001)

    def begin(self) -> None:
        """Show the newest sessions."""
        shown: list[ListStart] = []
        self.desk.begin(SessionFilter(), 64, shown.append, self._failed)
        while not shown:
            self.queries.deliver()
            time.sleep(0.0005)
        self.table.show_list(SessionFilter(), shown[0], 2026)
        self.settle()

    @staticmethod
    def _failed(error: BaseException) -> None:
        raise error


def run_ours(folder: Path) -> dict[str, float]:
    """Show the list, drag it from end to end and back, and page through."""
    screen = Screen(folder)
    QCoreApplication.processEvents()
    before, begun = resident_mb(), time.perf_counter()
    screen.begin()
    ms, mb = (time.perf_counter() - begun) * 1_000, resident_mb() - before
    screen.worst_s = 0.0
    bar, settled = screen.table.verticalScrollBar(), []
    for step in range(200):
        bar.setValue(bar.maximum() * step // 200)
        screen.frame()
    for share in (0.5, 0.1, 0.9, 0.33, 1.0):
        bar.setValue(int(bar.maximum() * share))
        settled.append(screen.settle())
    for _ in range(120):
        bar.setValue(bar.value() - bar.pageStep())
        screen.frame()
    screen.queries.stop()
    held = resident_mb() - before
    return {"ms": ms, "mb": max(mb, held), "blocked_ms": screen.worst_s * 1_000,
            "settled_ms": sorted(settled)[len(settled) // 2]}


def run_standard(rows: int) -> dict[str, float]:
    """Show rows in a QStandardItemModel, as a first version of a list is written."""
    columns, lines = columns_of(USUAL), [made_line(number, 1_000, 1) for number in range(1_000)]
    view = QTableView()
    view.resize(*SIZE)
    view.show()
    QCoreApplication.processEvents()
    before, begun = resident_mb(), time.perf_counter()
    model = QStandardItemModel(0, len(columns))
    for number in range(rows):
        line = lines[number % len(lines)]
        model.appendRow([QStandardItem(column.shown(line)) for column in columns])
    for place, column in enumerate(columns):
        model.setHeaderData(place, Qt.Orientation.Horizontal, column.title)
    view.setModel(model)
    view.viewport().grab()
    QCoreApplication.processEvents()
    return {"ms": (time.perf_counter() - begun) * 1_000, "mb": resident_mb() - before}


def main() -> None:
    """Run what the first argument names, and print its figures."""
    sys.setswitchinterval(0.0005)  # as the program does
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    found = run_ours(Path(sys.argv[2])) if sys.argv[1] == "ours" else run_standard(int(sys.argv[2]))
    print(json.dumps(found))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
