"""Named figures of a benchmark: medians, percentiles, a table and JSON."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; ``target`` None where nothing is promised (``lower``: less is better)."""

    name: str
    value: float
    unit: str = "x"
    target: float | None = None
    lower: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the target is met."""
        if self.target is None:
            return ""
        met = self.value <= self.target if self.lower else self.value >= self.target
        return "met" if met else "NOT MET"


def percentile(values: Iterable[float], share: float) -> float:
    """Give the value below which ``share`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Say how large this machine is."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def table(figures: list[Figure]) -> str:
    """Give the figures as lines of text."""
    lines = [f"{'figure':<34}{'value':>12} {'unit':<10}{'target':>9}  "]
    for figure in figures:
        bound = "" if figure.target is None else f"{'<=' if figure.lower else '>='} {figure.target:g}"
        shown = f"{figure.value:,.4g}" if abs(figure.value) < 10_000 else f"{figure.value:,.0f}"
        lines.append(f"{figure.name:<34}{shown:>12} {figure.unit:<10}{bound:>9}  {figure.verdict}".rstrip())
    return "\n".join(lines)


def as_json(figures: list[Figure]) -> str:
    """Give one object of names and values."""
    return json.dumps({figure.name: figure.value for figure in figures})
