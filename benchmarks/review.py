"""How fast the log answers over a chain's whole history, against a plain ORM on the same encrypted database.

    python -m benchmarks.review [--sessions N] [--json] [--seed N] [--rounds N] [--minutes N] [--folder DIR]

The list's lines are made up and entered by its own writer (``made_lines``). Opponents: ``opponents.plain_orm``, and
a QStandardItemModel of 200,000 rows. The list on screen runs in a process of its own (``review_screen``), and so does
opening a session of an hour (``review_open``).
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks.figures import Figure, as_json, machine, percentile, table
from benchmarks.made_lines import fill, made_line, patient_name
from benchmarks.opponents import plain_orm
from benchmarks.review_quality import measure_quality
from console.domain.session_list import FacetKind, ListSpan, SessionFilter
from db.data_folder import DataFolder, open_folder
from db.session_store import SessionStore

T = TypeVar("T")

SMALL = 10_000
PAGE = 60
DEPTHS = (0.02, 0.25, 0.5, 0.75, 0.98)
STANDARD_ROWS = 200_000


@dataclass(slots=True)
class Asked:
    """A store under measurement, and how large it is."""

    store: SessionStore
    sessions: int
    spans: tuple[ListSpan, ...] = ()

    def __post_init__(self) -> None:
        """Ask for the outline."""
        self.spans = self.store.outline(SessionFilter()).spans

    def page_at(self, share: float) -> list[object]:
        """Give the page at a depth as the list on screen asks for it: it has the list's outline, asked once."""
        wanted, first = SessionFilter(), int(self.sessions * share)
        for span in self.spans:
            if first < span.count:
                return list(self.store.rows(wanted, PAGE, span.high, first))
            first -= span.count
        raise ValueError("no such depth")

    def orm_page_at(self, share: float) -> list[tuple[object, ...]]:
        """Give the same page as the ORM does."""
        with self.store.reading() as connection:
            return plain_orm.page(connection, int(self.sessions * share), PAGE)


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Give how long a call took (ms), and its result."""
    begun = time.perf_counter()
    result = call()
    return (time.perf_counter() - begun) * 1_000, result


def measure_pages(large: Asked, small: Asked, rounds: int) -> list[Figure]:
    """Measure pages at five depths, by turns with the ORM's; and the next page by its keyset."""
    ours, theirs, little, following = [], [], [], []
    for _ in range(rounds):
        for share in DEPTHS:
            ms, rows = timed(lambda share=share: large.page_at(share))  # type: ignore[misc]
            ours.append(ms)
            ms, plain = timed(lambda share=share: large.orm_page_at(share))  # type: ignore[misc]
            theirs.append(ms)
            if [row.session_id for row in rows] != [row[0] for row in plain]:  # type: ignore[attr-defined]
                raise SystemExit("the two pages differ")
            little.append(timed(lambda share=share: small.page_at(share))[0])  # type: ignore[misc]
            last = rows[-1].place  # type: ignore[attr-defined]
            following.append(timed(lambda last=last: large.store.rows(SessionFilter(), PAGE, last))[0])  # type: ignore[misc]
    return [
        Figure("review.page_vs_orm", median(ours) / median(theirs), target=0.02, lower=True),
        Figure("review.page_growth", median(ours) / median(little), target=2.0, lower=True),
        Figure("review.page", median(ours), "ms"), Figure("review.page_p99", percentile(ours, 0.99), "ms"),
        Figure("review.next_page", median(following), "ms"), Figure("review.orm_page", median(theirs), "ms"),
    ]


def measure_recall(large: Asked, seed: int, rounds: int) -> list[Figure]:
    """Measure where a lot went, against LIKE over the events."""
    ours, theirs, found = [], [], 0
    for round_number in range(rounds):
        lot = made_line(large.sessions * (round_number + 1) // (rounds + 1), large.sessions, seed).lots[0]
        ms, uses = timed(lambda lot=lot: large.store.uses(FacetKind.LOT, lot))  # type: ignore[misc]
        ours.append(ms)
        with large.store.reading() as connection:
            ms, plain = timed(lambda lot=lot: plain_orm.recall(connection, lot))  # type: ignore[misc]
        theirs.append(ms)
        found = len(uses)
        if {use.session_id for use in uses} != {row[0] for row in plain}:
            raise SystemExit("the two recalls differ")
    return [Figure("review.recall_vs_like", median(ours) / median(theirs), target=0.01, lower=True),
            Figure("review.recall", median(ours), "ms", 100, lower=True), Figure("review.recall_sessions", found, ""),
            Figure("review.like", median(theirs), "ms")]


def measure_months(large: Asked, rounds: int) -> list[Figure]:
    """Measure the monthly figures, against GROUP BY."""
    ours, theirs = [], []
    for _ in range(rounds):
        ms, months = timed(lambda: large.store.months(FacetKind.ALL, ""))
        ours.append(ms)
        with large.store.reading() as connection:
            ms, plain = timed(lambda: plain_orm.months(connection))
        theirs.append(ms)
        if [(str(one.month), one.treated, one.needling_s, one.alarms) for one in months if one.treated] != plain:
            raise SystemExit("the two months differ")
    return [Figure("review.months_vs_group_by", median(ours) / median(theirs), target=0.01, lower=True),
            Figure("review.months", median(ours), "ms"), Figure("review.group_by", median(theirs), "ms")]


def measure_questions(large: Asked, rounds: int) -> list[Figure]:
    """Measure what a manager asks beside: filters of several kinds, counts, choices, a name with a slip."""
    several = SessionFilter().having(FacetKind.PRACTITIONER, "PR-001").having(FacetKind.ALARM, "any").having(
        FacetKind.STANDING, "finished")
    rare = SessionFilter().having(FacetKind.MARK, "override").having(FacetKind.ROOM, "Room 3").having(
        FacetKind.CLINIC, "Clinic 1")
    typed = patient_name(41).split()[1].lower()
    slip = typed[:3] + typed[4:]
    asked: dict[str, Callable[[], object]] = {
        "outline": lambda: large.store.outline(SessionFilter()),
        "filter": lambda: large.store.rows(several, PAGE), "filter_rare": lambda: large.store.rows(rare, PAGE),
        "count": lambda: large.store.outline(several), "choices": lambda: large.store.choices(
            several, FacetKind.PEN, 80),
        "jump": lambda: large.store.rank(SessionFilter(), made_line(large.sessions // 3, large.sessions, 1).opened_us),
        "search": lambda: large.store.rows(SessionFilter(typed), PAGE),
        "search_slip": lambda: large.store.rows(SessionFilter(slip), PAGE)}
    figures = []
    for name, call in asked.items():
        first, result = timed(call)
        if name.startswith("search") and not result:
            raise SystemExit(f"{name} found nobody")
        figures.append(Figure(f"review.{name}", median([timed(call)[0] for _ in range(rounds)]), "ms"))
        if name == "search":
            figures.append(Figure("review.search_first", first, "ms"))
    return figures


def measure_screen(folder: Path, rounds: int) -> list[Figure]:
    """Measure the list on screen against a QStandardItemModel, each in fresh processes, by turns."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_screen("ours", str(folder)))
        theirs.append(_screen("standard", str(STANDARD_ROWS)))

    def ratio(name: str) -> float:
        return median(one[name] for one in ours) / median(one[name] for one in theirs)

    return [
        Figure("review.list_time", ratio("ms"), target=0.02, lower=True),
        Figure("review.list_memory", ratio("mb"), target=0.05, lower=True),
        Figure("review.list", median(one["ms"] for one in ours), "ms"),
        Figure("review.list_held", median(one["mb"] for one in ours), "MB"),
        Figure("review.standard_list", median(one["ms"] for one in theirs), "ms"),
        Figure("review.standard_held", median(one["mb"] for one in theirs), "MB"),
        Figure("review.gui_blocked", median(one["blocked_ms"] for one in ours), "ms", 100, lower=True),
        Figure("review.rows_in_sight", median(one["settled_ms"] for one in ours), "ms"),
    ]


def _screen(what: str, argument: str) -> dict[str, float]:
    ran = subprocess.run([sys.executable, "-m", "benchmarks.review_screen", what, argument], check=True,
                         stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def measure_open(minutes: int, seed: int, rounds: int) -> list[Figure]:
    """Measure opening a session to its first picture, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.review_open", "--json", "--minutes", str(minutes), "--seed", str(seed),
         "--rounds", str(rounds)], check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    targets = {"review.open_ms": 300.0, "review.open_vs_rows": 0.02}
    return [Figure(name, value, "x" if name.endswith("rows") else "ms", targets.get(name), lower=True)
            for name, value in json.loads(ran.stdout).items()]


def _folder(base: Path, sessions: int, seed: int) -> DataFolder:
    place = base / f"lines-{sessions}-{seed}"
    if (place / "folder.json").exists():
        return open_folder(place)
    begun = time.perf_counter()
    made = fill(place, sessions, seed)
    made.close()
    seconds = time.perf_counter() - begun
    print(f"{sessions:,} lines made in {seconds:.0f} s, {sessions / seconds:,.0f} a second", file=sys.stderr)
    return open_folder(place)


def measure(base: Path, sessions: int, seed: int, rounds: int) -> list[Figure]:
    """Measure everything at one size."""
    small = Asked(SessionStore(_folder(base, SMALL, seed)), SMALL)
    folder = _folder(base, sessions, seed)
    large = Asked(SessionStore(folder), sessions)
    figures = measure_pages(large, small, rounds)
    figures += measure_recall(large, seed, rounds) + measure_months(large, rounds) + measure_questions(large, rounds)
    figures += measure_quality(large.store, sessions, seed, rounds)
    small.store.close()
    large.store.close()
    return figures + measure_screen(folder.path, max(3, rounds // 2))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="keep the made folders here, and use those that are there")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=int, default=60, help="of the session that is opened; 0 leaves it out")
    args = parser.parse_args()
    base = args.folder or Path(tempfile.mkdtemp(prefix="review-"))
    try:
        figures = measure(base, args.sessions, args.seed, args.rounds)
        figures += measure_open(args.minutes, args.seed, args.rounds) if args.minutes else []
    finally:
        if args.folder is None:
            shutil.rmtree(base, ignore_errors=True)
    print(as_json(figures) if args.json else f"{args.sessions:,} sessions; {machine()}\n{table(figures)}")


if __name__ == "__main__":
    main()
