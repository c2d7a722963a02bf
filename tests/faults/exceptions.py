"""Uncaught exceptions in slots, threads, frames and questions while a treatment is done."""

import json

from tests.faults.leaks import search
from tests.faults.report import Figure, Run
from tests.faults.taken_up import begin, program


def run(run: Run) -> list[Figure]:
    """The treatment is finished, sealed and verified; the failures are in a local log, without the patient."""
    figure, leaks = Figure("uncaught exceptions in slots and threads"), Figure("patient data in logs of exceptions")
    out = run.place / "failing"
    process = begin(program(out, "--raising", speed="120"), out)
    printed = process.communicate(timeout=600)[0]
    lines = [json.loads(line) for line in (out / "logs" / "console.log").read_text(encoding="utf-8").splitlines()]
    failures = [line["said"] for line in lines if "ValueError" in line["said"]]
    for _ in failures:
        figure.count("" if process.returncode == 0 else f"the treatment ended badly: {printed[-200:]}")
    if not failures:
        figure.count("no failure reached the log")
    figure.worst = f"{len(failures)} failures logged, treatment sealed"
    search([out / "tour" / "data", out / "logs", out / "temp"], leaks)
    return [figure, leaks]
