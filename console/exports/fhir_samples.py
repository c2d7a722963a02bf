"""A session's samples as SampledData: bins of one second, each with its least, mean and greatest value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from console.domain.telemetry import NOT_MEASURED
from console.exports.fhir_parts import Entries, Resource, instant, ours, period, quantity_of
from console.services.event_words import counted
from console.services.sample_table import MOST_DEPTH_UM, MOST_RATE_CHZ, SampleTable, measured

BIN_US = 1_000_000
LONGEST_HOLE_US = 600_000_000  # behind a longer one a new series begins: nobody wants hours of «E»
TOKENS = re.compile(r"(E|U|L|-?(0|[1-9]\d*)(\.\d+)?)( (E|U|L|-?(0|[1-9]\d*)(\.\d+)?))*")
_PARTS = (("least", "least of each second"), ("mean", "mean of each second"), ("greatest", "greatest of each second"))


@dataclass(frozen=True, slots=True)
class Channel:
    """A column of the samples: value = token x ``factor`` in ``ucum``."""

    column: str
    words: str
    unit: str
    ucum: str
    factor: float
    most: int


CHANNELS = (
    Channel("set_depth_um", "Needle depth the pen is set to", "mm", "mm", 0.001, MOST_DEPTH_UM),
    Channel("depth_um", "Needle extension as measured by the pen", "mm", "mm", 0.001, MOST_DEPTH_UM),
    Channel("rate_chz", "Strokes per second", "/s", "/s", 0.01, MOST_RATE_CHZ),
    Channel("load_ma", "Motor current", "mA", "mA", 1, NOT_MEASURED),
)


@dataclass(frozen=True, slots=True)
class Series:
    """A run of samples of one boot without a long hole."""

    place: int
    rows: slice
    start_us: int
    bins: int


def series_of(table: SampleTable) -> list[Series]:
    """Cut the samples into runs, in order of the table."""
    if not len(table):
        return []
    steps = np.diff(table.utc_us)
    leaps = (steps > LONGEST_HOLE_US) | (steps < -BIN_US)  # a resent chunk may be placed a little earlier
    breaks = np.flatnonzero((np.diff(table.boot) != 0) | leaps) + 1
    edges = [0, *breaks.tolist(), len(table)]
    found = []
    for place, (begin, end) in enumerate(pairwise(edges)):
        start_us, last_us = int(table.utc_us[begin:end].min()), int(table.utc_us[begin:end].max())
        found.append(Series(place, slice(begin, end), start_us, (last_us - start_us) // BIN_US + 1))
    return found


def add_samples(entries: Entries, table: SampleTable, about: Resource) -> None:
    """Keep one Observation a channel and run; ``about`` holds what they share (subject, encounter, part of)."""
    for one in series_of(table):
        serial, boot_id = table.boots[int(table.boot[one.rows.start])]
        for channel in CHANNELS:
            column = measured(table.raw[one.rows][channel.column], channel.most)
            if np.isnan(column).all():
                continue
            _add(entries, channel, one, column, table.utc_us[one.rows], {
                **about, "device": entries.ref(f"pen {serial}"),
                "note": [{"text": f"Pen {serial}, boot {boot_id}: bins of a second; each sample is in the raw record"}],
            })


def _add(
    entries: Entries, channel: Channel, one: Series, column: NDArray[np.float64], utc_us: NDArray[np.int64],
    about: Resource,
) -> None:
    tokens = binned(column, (utc_us - one.start_us) // BIN_US, one.bins)
    components = [
        {"code": ours("statistic", part, words), "valueSampledData": sampled(channel, line)}
        for (part, words), line in zip(_PARTS, tokens, strict=True)]
    entries.add(f"samples {channel.column} {one.place}", {
        "resourceType": "Observation", "status": "final", "code": ours("channel", channel.column, channel.words),
        **about, "effectivePeriod": period(one.start_us, one.start_us + one.bins * BIN_US), "component": components,
    }, [f"{channel.words}: {counted(one.bins, 'second')} from {instant(one.start_us)}"])


def sampled(channel: Channel, data: str) -> Resource:
    """Give a SampledData of one dimension, one value a second; ``period`` is in milliseconds."""
    return {"origin": quantity_of(0, channel.unit, channel.ucum), "period": BIN_US // 1000, "factor": channel.factor,
            "dimensions": 1, "data": data}


def binned(column: NDArray[np.float64], bins: NDArray[np.int64], count: int) -> tuple[str, str, str]:
    """Give the tokens of least, mean and greatest value of each bin; ``E`` where a bin has no value."""
    known = ~np.isnan(column)
    values, at = column[known], bins[known]
    hits = np.bincount(at, minlength=count)
    sums = np.bincount(at, weights=values, minlength=count)
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, at, values)
    np.maximum.at(most, at, values)
    mean = np.divide(sums, hits, out=np.zeros(count), where=hits > 0)
    return _tokens(least, hits), " ".join(_means(mean, hits)), _tokens(most, hits)


def _tokens(values: NDArray[np.float64], hits: NDArray[np.int64]) -> str:
    return " ".join(str(int(value)) if hit else "E" for value, hit in zip(values.tolist(), hits.tolist(), strict=True))


def _means(values: NDArray[np.float64], hits: NDArray[np.int64]) -> Iterator[str]:
    for value, hit in zip(values.tolist(), hits.tolist(), strict=True):
        yield f"{value:.1f}" if hit else "E"
