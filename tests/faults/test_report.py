"""A figure that fell short, was skipped or was never tried does not pass for one that was met."""

import json
import subprocess
import sys

from tests.faults.record import ROOT, environment
from tests.faults.report import Figure, as_json, from_json, last_line, table


def counted(*faults: str, lost: int = 0) -> Figure:
    figure = Figure("a fault")
    for fault in faults:
        figure.count(fault, lost)
    return figure


def test_only_all_survived_and_nothing_lost_is_well():
    assert counted("", "").well
    assert not counted("", "it did not open").well
    assert not counted("", lost=1).well
    assert not counted().well, "nothing was tried"


def test_the_last_line_sums_up_and_says_what_was_skipped():
    figures = [counted("", "broken", lost=2), Figure("another", skipped="no tracer here"), counted("")]
    assert last_line(figures) == "Faults tried 3, survived 2, lost 4, kinds skipped 1, kinds that fell short 1"
    told = table(figures)
    assert "FELL SHORT" in told and "    broken" in told and "skipped: no tracer here" in told
    assert [one["well"] for one in json.loads(as_json(figures))] == [False, True, True]
    assert from_json(as_json(figures)) == figures


def test_the_command_gives_figures_for_programs():
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--only", "lock", "--help"], cwd=ROOT, env=environment(),
        capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "--release" in done.stdout
