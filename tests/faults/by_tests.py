"""Faults that ordinary tests inject already: those tests are run, and each counts as one try."""

import re
import subprocess
import sys
from xml.etree import ElementTree

from tests.faults.record import ROOT, environment
from tests.faults.report import Figure, Run

PROOFS = {
    "full disk and spill file": ["tests/db/test_recorder_failures.py"],
    "network share, newer schema, missing parts": ["tests/db/test_data_folder.py"],
    "keyring gone, locked, wrong; passphrases": ["tests/db/test_clinic_keys.py"],
    "wall clock jumps, restarts, time zones": [
        "tests/services/test_session_desk.py", "tests/services/test_dose_desk.py", "tests/services/test_local_time.py",
        "tests/domain/test_numbing.py", "tests/services/test_clocks.py"],
    "sleep, screen lock, idle lock in mid-needling": [
        "tests/services/test_idle_lock.py", "tests/app/test_lock_guard.py", "tests/app/test_system_watch.py"],
    "backup and restore, killed and damaged": ["tests/db/test_backup.py", "tests/app/test_backup_command.py"],
    "no sound device": ["tests/ui/test_sounds.py"],
    "repair by choice only": ["tests/app/test_check_command.py"],
    "failing rules, frames and questions": [
        "tests/ui/test_frame_timer.py", "tests/services/test_unknown_faults.py", "tests/services/test_query_thread.py"],
    "logs and crash files name no patient": ["tests/app/test_logs.py"],
}


def run(run: Run) -> list[Figure]:
    """Run each group in a process of its own."""
    return [] if run.taste else [_group(run, name, files) for name, files in PROOFS.items()]


def _group(run: Run, name: str, files: list[str]) -> Figure:
    figure, told = Figure(f"{name} (tests)"), run.place / "told.xml"
    told.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "pytest", "-q", f"--junitxml={told}", *files], cwd=ROOT,
                   env=environment(), capture_output=True, text=True, check=False)
    if not told.exists():
        figure.count("the tests could not be run")
        return figure
    skipped = 0
    for case in ElementTree.parse(told).iter("testcase"):
        if case.find("skipped") is not None:
            skipped += 1
            continue
        broken = case.find("failure") is not None or case.find("error") is not None
        figure.count(re.sub(r"\s+", " ", case.get("name", "")) if broken else "")
    figure.worst = f"{skipped} skipped" if skipped else ""
    return figure
