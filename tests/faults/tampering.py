"""The record altered in seven ways by who holds the database key; both verifiers must name the first bad entry."""

import random

from tampered_records import KINDS, load_verifier, make_specimen, restored, told_by_program, told_by_stranger

from tests.faults.report import Figure, Run


def run(run: Run) -> list[Figure]:
    """Alter, ask, put back."""
    verifier, one = load_verifier(), make_specimen(run.place / "specimen")
    each, figures = run.times(2, 500, 500), []
    for name, alter in KINDS.items():
        figure = Figure(f"record altered: {name}")
        for _ in range(each):
            altered = alter(one, random.Random(run.dice.random()))
            found = altered.found_by(told_by_program(one, altered), told_by_stranger(verifier, one, altered.record))
            figure.count("" if found else "missed, or named otherwise", 0 if found else 1)
        figures.append(figure)
    old = Figure("record altered: older backup put back")
    for turn in range(run.times(1, 60, 500)):
        found, said = restored(run.place / f"old-{turn}", run.dice.randrange(10**6))
        old.count("" if found else "missed", 0 if found else 1)
        old.worst = said[:60]
    one.folder.close()
    return [*figures, old]
