"""A taste of each fault; ``python -m tests.faults`` gives the figures."""

from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from tests.faults import (
    damaged_file,
    foreign_lock,
    kill_writer,
    power_cut,
    refused_writes,
    soak,
    tampering,
    two_consoles,
    upgrade,
    wrong_pens,
)
from tests.faults.report import Run, table

ROOMS = (kill_writer, power_cut, refused_writes, damaged_file, foreign_lock, soak, tampering, two_consoles, upgrade,
         wrong_pens)


@pytest.mark.parametrize("fault", ROOMS, ids=lambda one: one.__name__.rpartition(".")[2])
def test_a_taste_of_each_fault_is_survived(tmp_path: Path, fault: ModuleType) -> None:
    figures = fault.run(Run(tmp_path, Random(fault.__name__), taste=True))
    assert figures
    assert all(one.well for one in figures), table(figures)
    if left_out := [one.skipped for one in figures if one.skipped]:
        pytest.skip(left_out[0])
