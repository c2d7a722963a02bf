"""How long a manager's questions over many sessions take: insights, exceptions, a month's sample, recall.

Part of ``benchmarks.review``; the lines have no histories behind them, so areas and outcomes are not among them.
"""

import time
from collections.abc import Callable
from random import Random
from statistics import median

from benchmarks.figures import Figure
from benchmarks.made_lines import made_line
from console.domain.session_list import FacetKind, SessionFilter
from console.services.exception_desk import ExceptionReading, Reading
from console.services.insight_desk import KINDS, SPANS, InsightReading
from console.services.list_periods import BY_KEY, during
from console.services.local_time import local_day
from console.services.recall_desk import RecallReading
from db.quality_reader import QualityReader
from db.session_store import SessionStore

PERCENT = 5


def _ms(call: Callable[[], object], rounds: int) -> float:
    """Give the median time of a call, ms."""
    told = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        told.append((time.perf_counter() - begun) * 1_000)
    return median(told)


def measure_quality(store: SessionStore, sessions: int, seed: int, rounds: int) -> list[Figure]:
    """Measure each question whole, and the longest slice of those read in slices: so long another page may wait."""
    quality = QualityReader(store)
    newest = store.rows(SessionFilter(), 1)[0]
    today = local_day(newest.opened_us)
    insights, exceptions = InsightReading(store, quality), ExceptionReading(store, quality, {})
    month = during(SessionFilter(), BY_KEY["month"], newest.opened_us)
    lot = made_line(sessions // 2, sessions, seed).lots[0]
    slices: list[float] = []

    def ranked() -> None:
        reading, done = Reading(), False
        while not done:
            begun = time.perf_counter()
            done = exceptions.step(month, reading)
            slices.append((time.perf_counter() - begun) * 1_000)

    last_month = store.months(FacetKind.ALL, "")[1].month
    figures = [
        Figure(f"review.insights_{kind.value}", _ms(lambda kind=kind: insights.read(  # type: ignore[misc]
            kind, SPANS["all"], today), rounds), "ms") for kind in KINDS]
    figures += [
        Figure("review.exceptions", _ms(ranked, rounds), "ms"), Figure("review.exceptions_slice", max(slices), "ms"),
        Figure("review.sample_draw", _ms(lambda: exceptions.draw(last_month, PERCENT, Random(seed)), rounds), "ms"),
        Figure("review.recall_list", _ms(lambda: RecallReading(store, quality).find(lot), rounds), "ms")]
    return figures
