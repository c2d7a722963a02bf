"""How soon a recorded hour is replayed, against reading the same samples from a table with one row for each.

    python -m benchmarks.review_open [--minutes N] [--rounds N] [--seed N] [--json]

Ours: the session's line, history, samples and the first picture of the page's tape, painted off screen. What follows
that picture (figures, proof) is shown beside it.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import UUID

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

from PySide6.QtWidgets import QApplication

from benchmarks.figures import Figure, as_json, machine, percentile, table
from benchmarks.long_session import make_folder
from benchmarks.opponents.sample_rows import open_rows, read_rows, rows_of, write_rows
from console.services.review_desk import complete, read_opening
from db.data_folder import DataFolder
from db.session_store import SessionStore
from db.verify import verify_session
from ui.review.tape_card import TapeCard

WIDE_PX, HIGH_PX = 1334, 300


def timed(call: Callable[[], object]) -> float:
    """Give how long a call took, ms."""
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1_000


def measure_open(folder: DataFolder, session_id: UUID, rounds: int) -> list[Figure]:
    """Measure opening against reading rows, by turns; each round on a connection of its own."""
    store = SessionStore(folder)
    samples = read_opening(store, session_id).tape.table
    engine = open_rows(folder.path / "rows.db")
    write_rows(engine, rows_of(samples.raw.tobytes(), int(samples.period_us[0])))
    store.close()
    card = TapeCard()
    card.resize(WIDE_PX, HIGH_PX)
    ours, theirs, after = [], [], []
    for _ in range(rounds):
        fresh = SessionStore(folder)

        def first_frame(store: SessionStore = fresh) -> None:
            card.show_opening(read_opening(store, session_id))
            card.grab()

        ours.append(timed(first_frame))
        opening = read_opening(fresh, session_id)
        after.append(timed(lambda store=fresh, opening=opening: complete(  # type: ignore[misc]
            store, lambda one: verify_session(folder, one), opening)))
        fresh.close()
        theirs.append(timed(lambda: read_rows(engine)))
    engine.dispose()
    return [
        Figure("review.open_ms", median(ours), "ms", 300, lower=True),
        Figure("review.open_p99_ms", percentile(ours, 0.99), "ms"),
        Figure("review.open_rows_ms", median(theirs), "ms"),
        Figure("review.open_vs_rows", median(ours) / median(theirs), "x", 0.02, lower=True),
        Figure("review.figures_and_proof_ms", median(after), "ms"),
    ]


def main() -> int:
    """Make the session, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one object of figures")
    args = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as place:
        folder, session_id = make_folder(Path(place) / "clinic", args.minutes, args.seed)
        try:
            figures = measure_open(folder, session_id, args.rounds)
        finally:
            folder.close()
    print(as_json(figures) if args.json else f"{args.minutes} min at 250 Hz, {machine()}\n{table(figures)}")
    return 0 if app is not None else 1


if __name__ == "__main__":
    sys.exit(main())
