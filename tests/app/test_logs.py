"""What lands in the log: no patient, and a crash stays on this machine."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import rig_walk
from console_rig import close_console, make_console, start_session, walk_to

from console.domain.workflow import Phase

ROOT = Path(__file__).parents[2]
START = """
import faulthandler, logging, sys, threading
from pathlib import Path
from console.app.logs import start_logs
start_logs(Path(sys.argv[1]) / "logs")
log = logging.getLogger("console.test")
log.info("session 0190b1d5 of P-0412 opened")
log.debug("too small to tell")
"""


def run(tmp_path: Path, script: str) -> tuple[subprocess.CompletedProcess[str], list[dict[str, str]]]:
    done = subprocess.run([sys.executable, "-c", START + script, str(tmp_path)], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    lines = (tmp_path / "logs" / "console.log").read_text(encoding="utf-8").splitlines()
    return done, [json.loads(line) for line in lines]


def test_each_line_is_json_with_when_who_and_what_and_no_patient_s_id(tmp_path):
    done, lines = run(tmp_path, "")
    assert done.returncode == 0 and len(lines) == 1
    assert set(lines[0]) == {"at", "level", "thread", "topic", "said"}
    assert (lines[0]["said"], lines[0]["topic"]) == ("session 0190b1d5 of P----- opened", "console.test")


def test_an_unexpected_error_is_told_in_the_log_also_from_a_thread_without_its_words(tmp_path):
    _, lines = run(tmp_path, """
def fail():
    try:
        open("/nowhere/Maren Aalto")
    except OSError:
        raise KeyError("the record of Maren Aalto, P-0412")
thread = threading.Thread(target=fail, name="query")
thread.start()
thread.join()
fail()
""")
    said = [(line["level"], line["thread"], line["said"]) for line in lines[1:]]
    assert [(level, thread) for level, thread, _ in said] == [("CRITICAL", "query"), ("CRITICAL", "MainThread")]
    for _, _, text in said:
        assert "\nKeyError\n" in text and "in fail" in text and "FileNotFoundError: No such file or directory" in text
        assert "Aalto" not in text.replace('open("/nowhere/Maren Aalto")', "") and "0412" not in text


def test_a_crash_of_the_process_leaves_its_stack_in_the_folder(tmp_path):
    done, _ = run(tmp_path, "faulthandler._sigabrt()")
    assert done.returncode != 0
    crash = (tmp_path / "logs" / "crash.txt").read_text(encoding="utf-8")
    assert "Fatal Python error" in crash and "<string>" in crash
    assert {one.name for one in (tmp_path / "logs").iterdir()} == {"console.log", "crash.txt"}


def test_logs_turn_over_and_do_not_grow_for_ever(tmp_path):
    _, lines = run(tmp_path, """
from console.app.logs import LOG_BYTES, LOG_FILES
for number in range(30):
    log.info("x" * (LOG_BYTES // 3))
""")
    names = {one.name for one in (tmp_path / "logs").iterdir()}
    assert names == {"console.log", "crash.txt", *(f"console.log.{number}" for number in range(1, 6))}
    assert lines, "the newest is console.log"


def test_a_whole_treatment_logs_nobody_s_name_birth_date_or_id():
    written = io.StringIO()
    handler = logging.StreamHandler(written)  # plain: what JsonLines blots out must not be there at all
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    console = make_console()
    try:
        console.station.link.show_pen()
        start_session(console)
        walk_to(console, Phase.NEEDLING)
        console.station.drain()
        console.station.link.push(25)
        utc_us, steady_s = console.clock.now()
        console.clock.set((utc_us + 60_000_000, steady_s))
        console.desk.check_clock()
        rig_walk.walk_to(console, Phase.SIGN_OFF)
        rig_walk.sign_and_seal(console)
        patients = console.registry.patients()
    finally:
        close_console(console)
        root.removeHandler(handler)
        root.setLevel(before)
    said = written.getvalue()
    assert "recording ended: 25 samples" in said and "wall clock jumped" in said
    for patient in patients:
        for word in (patient.patient_id, patient.birth_date, *patient.name.split()):
            assert word not in said, word
