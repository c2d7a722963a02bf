"""The command line: what it prints, and that every mistake is one sentence and a non-zero exit."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import dossiers
import pytest
import treatments
from store_kit import StillClock, batch, without_guards

from console.app import cli, sessions_command
from console.domain.errors import OperatorError
from console.domain.pen_ports import PortReport
from console.domain.session_events import SessionOpened
from console.services.session_row import summarise
from db.data_folder import BENCH, CLINIC, DataFolder, create_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from devices import discovery

ROOT = Path(__file__).parents[2]
COMMANDS = ("tour", "simulate", "record", "sessions", "show", "compare", "verify", "ports", "export", "screen", "scan")
PASSPHRASE = "korrekt pferd batterie"
FIRST, SECOND = treatments.SESSION_ID, UUID("0190b1d5-7c00-7000-8000-000000000002")
LATER_US = 3_600_000_000


def record_treatments(folder: DataFolder) -> None:
    recorder = RecorderThread(folder, StillClock(), summarise)
    recorder.start()
    story = treatments.walk().history
    recorder.append(FIRST, story[:60])
    recorder.add_samples(FIRST, batch(0, 500))
    recorder.append(FIRST, story[60:])
    opened = story[0].what
    assert isinstance(opened, SessionOpened)
    recorder.append(SECOND, [type(story[0])(story[0].at_us + LATER_US, "PR-02", opened)])
    recorder.synchronise(20)
    store = SessionStore(folder)
    ClinicRegistry(store, recorder, StillClock()).save_patient(dossiers.PATIENT, "PR-02")
    store.close()
    assert recorder.stop(20)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bench folder with a sealed treatment of 500 samples and an open one."""
    path: Path = tmp_path_factory.mktemp("bench") / "data"
    folder = create_folder(path, BENCH, StillClock())
    record_treatments(folder)
    folder.close()
    return path


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("clinic") / "data"
    create_folder(path, CLINIC, StillClock(), PASSPHRASE, vault_of=lambda: None).close()
    return path


@pytest.fixture(autouse=True)
def _no_passphrase(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NEEDLING_PASSPHRASE", raising=False)
    yield


class Said:
    """What a command printed and gave back."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> None:
        try:
            self.code: int | str | None = cli.main([str(one) for one in arguments])
        except SystemExit as ended:
            self.code = ended.code
        self.out, self.err = capsys.readouterr()

    def is_one_sentence(self, *words: str) -> None:
        """Check that it failed with one sentence holding ``words``."""
        assert self.code == 1
        assert self.err.startswith("main.py: ") and self.err.count("\n") == 1 and self.err.endswith(".\n"), self.err
        for word in words:
            assert word in self.err, self.err
        assert "Traceback" not in self.err


# --- help ------------------------------------------------------------------------------------------------


def test_the_help_names_every_command_and_ends_well(capsys):
    said = Said(capsys, "--help")
    assert said.code == 0
    for command in COMMANDS:
        assert f"    {command} " in said.out
    assert "--demo" in said.out and "NEEDLING_PASSPHRASE" in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_help(capsys, command):
    said = Said(capsys, command, "--help")
    assert said.code == 0 and said.out.startswith(f"usage: main.py {command}")


@pytest.mark.parametrize("arguments", [
    ("dance",), ("tour",), ("record", "--port", "x", "--seconds", "0"), ("record", "--port", "x", "--seconds", "nan"),
    ("record", "--port", "x", "--seconds", "soon"), ("export", "last", "--format", "docx", "--out", "x"),
    ("tour", "--out", "x", "--speed", "-1"), ("tour", "--out", "x", "--theme", "pink"), ("sessions", "--data"),
    ("sessions", "--passphrase-fd", "three"), ("simulate", "--rate", "1e9"), ("simulate", "--speed", "fast"),
    ("simulate", "--fault", "rain@3"),
])
def test_what_cannot_be_parsed_says_how_and_exits_with_two(capsys, arguments):
    said = Said(capsys, *arguments)
    assert said.code == 2 and said.err.startswith("main.py: ") and said.err.endswith("--help.\n")
    assert said.err.count("\n") == 1 and " _" not in said.err


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [
    ("sessions",), ("show", "last"), ("verify",), ("export", "last", "--format", "json", "--out", "x.json")])
def test_a_folder_that_is_not_there(capsys, tmp_path, arguments):
    Said(capsys, *arguments, "--data", tmp_path / "none").is_one_sentence("There is no data folder", "nothing was")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_a_folder(capsys, tmp_path):
    (tmp_path / "file").write_text("x")
    Said(capsys, "sessions", "--data", tmp_path / "file").is_one_sentence("There is no data folder")


def test_a_database_that_is_none(capsys, tmp_path):
    folder = create_folder(tmp_path / "data", BENCH, StillClock())
    folder.close()
    folder.database_path.write_bytes(b"this is no database" * 500)
    Said(capsys, "sessions", "--data", tmp_path / "data").is_one_sentence("is not a database")


def test_a_clinic_without_and_with_a_wrong_passphrase(capsys, clinic, monkeypatch):
    Said(capsys, "sessions", "--data", clinic).is_one_sentence("passphrase")
    monkeypatch.setenv("NEEDLING_PASSPHRASE", "pferd")
    wrong = Said(capsys, "sessions", "--data", clinic)
    wrong.is_one_sentence("passphrase")
    assert "pferd" not in wrong.err, "a passphrase is not repeated"


def test_the_passphrase_by_environment_or_descriptor(capsys, clinic, monkeypatch):
    def by_descriptor(text: bytes) -> Said:
        reading, writing = os.pipe()
        os.write(writing, text)
        os.close(writing)
        return Said(capsys, "sessions", "--data", clinic, "--passphrase-fd", reading)

    right = by_descriptor(PASSPHRASE.encode() + b"\r\nnot this\n")
    assert (right.code, right.out) == (0, "No sessions yet.\n")
    by_descriptor(b"wrong\n").is_one_sentence("passphrase")
    by_descriptor(b"\xff\xfe\n").is_one_sentence("UTF-8")
    monkeypatch.setenv("NEEDLING_PASSPHRASE", PASSPHRASE)
    assert Said(capsys, "sessions", "--data", clinic).code == 0
    by_descriptor(b"wrong\n").is_one_sentence("passphrase")  # the descriptor goes first


@pytest.mark.parametrize("number", [-1, 987, 2**40])
def test_a_descriptor_that_gives_nothing(capsys, clinic, number):
    said = Said(capsys, "sessions", "--data", clinic, "--passphrase-fd", number)
    said.is_one_sentence(f"{number} gives no passphrase")


@pytest.mark.parametrize(("session", "words"), [
    ("ffffff", "No session begins with"), ("0190b1d5", "fits 2 sessions"), ("0190", "is not a session"),
    ("../../etc/passwd", "is not a session"), ("", "is not a session")])
def test_a_session_that_cannot_be_found(capsys, data, tmp_path, session, words):
    for arguments in (("show",), ("verify",), ("export",)):
        rest = ("--format", "csv", "--out", tmp_path / "out") if arguments == ("export",) else ()
        if arguments == ("verify",) and not session:
            continue  # an empty name is «all» there
        Said(capsys, *arguments, session, "--data", data, *rest).is_one_sentence(words)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_scenario_names_those_there_are(capsys, tmp_path):
    said = Said(capsys, "tour", "--out", tmp_path / "out", "--scenario", "tattoo")
    said.is_one_sentence("There is no scenario «tattoo»", "acne-scars")
    assert list(tmp_path.iterdir()) == []


def test_a_tour_into_a_folder_that_holds_something(capsys, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    Said(capsys, "tour", "--out", tmp_path).is_one_sentence("is not an empty folder", "nothing in it was touched")
    Said(capsys, "tour", "--out", tmp_path / "thesis.txt").is_one_sentence("is not an empty folder")
    Said(capsys, "tour", "--out", tmp_path / "thesis.txt" / "out").is_one_sentence("cannot be made")
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_port_that_does_not_exist(capsys, tmp_path):
    said = Said(capsys, "record", "--port", str(tmp_path / "ttyNONE"), "--seconds", "1", "--data", tmp_path / "bench")
    said.is_one_sentence("ttyNONE", "nothing was recorded")
    after = Said(capsys, "sessions", "--data", tmp_path / "bench")
    assert (after.code, after.out) == (0, "No sessions yet.\n")


def test_a_recording_needs_a_folder_of_its_own(capsys, clinic, monkeypatch):
    Said(capsys, "record", "--port", "x", "--seconds", "1").is_one_sentence("No data folder is named")
    monkeypatch.setenv("NEEDLING_PASSPHRASE", PASSPHRASE)
    Said(capsys, "record", "--port", "x", "--seconds", "1", "--data", clinic).is_one_sentence("is a clinic's folder")


def test_without_a_screen_only_the_demo_goes_on(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    Said(capsys, "--data", tmp_path / "none").is_one_sentence("no screen", "--demo")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if sys.platform == "linux":
        Said(capsys).is_one_sentence("no screen")


def test_ctrl_c_is_a_sentence_and_130(capsys, data, monkeypatch):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(sessions_command, "run_sessions", interrupted)
    said = Said(capsys, "sessions", "--data", data)
    assert (said.code, said.err) == (130, "main.py: interrupted; what was saved is kept.\n")


# --- reading --------------------------------------------------------------------------------------------------


def test_sessions_newest_first_for_people_and_programs(capsys, data):
    listed = Said(capsys, "sessions", "--data", data)
    lines = listed.out.splitlines()
    assert listed.code == 0 and lines[-1] == "2 sessions"
    assert lines[0].startswith(str(SECOND)[:13]) and "open" in lines[0] and "500 samples" in lines[1]
    rows = json.loads(Said(capsys, "--data", data, "sessions", "--json").out)
    assert [row["session"] for row in rows] == [str(SECOND), str(FIRST)]
    newest, sealed = rows
    assert list(sealed) == [
        "session", "kind", "state", "phase", "started", "outcome", "closed", "patient", "practitioner", "plan",
        "areas_done", "areas_planned", "samples", "gaps", "alarms", "pen", "marked_as", "head"]
    assert (sealed["state"], sealed["outcome"], sealed["samples"]) == ("sealed", "finished", 500)
    assert sealed["started"] == "2026-11-17T11:24:00.000000Z" and len(sealed["head"]) == 64
    assert (newest["state"], newest["closed"], newest["samples"]) == ("open", None, 0)
    assert "Johanna" not in listed.out, "a list names patients by their ids"


def test_compare_sessions(capsys, data):
    said = Said(capsys, "compare", str(FIRST), str(SECOND), "--data", data)
    assert said.code == 0 and "A  P-0412" in said.out and "Punctures per cm². An estimate" in said.out
    told = json.loads(Said(capsys, "compare", str(SECOND), str(FIRST), "--json", "--data", data).out)
    assert [one["session"] for one in told["sessions"]] == [str(FIRST), str(SECOND)], "in order of time"
    forehead = next(one for one in told["areas"] if one["area"] == "face.forehead")
    shown = json.loads(Said(capsys, "show", str(FIRST), "--json", "--data", data).out)["areas"][0]
    assert forehead["sessions"][0]["median_depth_um"] == shown["median_depth_um"]
    assert {"name", "sessions"} == set(told["settings"][0]) and "outcomes" in told
    for arguments in ((FIRST,), (FIRST, FIRST), ("last", "ffffff")):
        failed = Said(capsys, "compare", *map(str, arguments), "--data", data)
        assert failed.code == 1 and failed.out == "" and failed.err.count("\n") == 1, arguments


def test_show_one_session(capsys, data):
    shown = Said(capsys, "show", str(FIRST), "--data", data)
    assert shown.code == 0 and "verified" in shown.out and "500 samples" in shown.out
    assert "Treatment opened for P-0412" in shown.out and "Sealed with 1,000 readings" in shown.out
    assert "Forehead, pass 1 begun" in shown.out and "session_opened" not in shown.out, "sentences, no codes"
    told = json.loads(Said(capsys, "show", str(FIRST), "--json", "--data", data).out)
    assert told["verified"] is True and told["fault"] == "" and told["session"] == str(FIRST)
    assert [one["kind"] for one in told["events"]][::len(told["events"]) - 1] == ["session_opened", "sealed"]
    assert {"seq", "at", "actor", "kind", "payload", "hash"} == set(told["events"][0])
    assert [one["area"] for one in told["areas"]] == ["face.forehead", "face.cheek_left"]
    assert "punctures_per_cm2_estimate" in told["areas"][0]


def test_verify_one_and_all(capsys, data):
    every = Said(capsys, "verify", "--data", data)
    assert (every.code, every.out) == (0, "2 sessions checked: every entry is as it was written.\n")
    assert Said(capsys, "verify", "last", "--data", data).out.startswith("1 session checked")
    assert json.loads(Said(capsys, "verify", "--data", data, "--json").out) == {
        "checked": 2, "whole": True, "faults": [], "erased_entries": 0}


def test_a_damaged_record_is_told_by_verify_show_and_export(capsys, tmp_path):
    folder = create_folder(tmp_path / "data", BENCH, StillClock())
    record_treatments(folder)
    folder.close()
    with without_guards(folder) as connection:
        connection.execute("UPDATE session_event SET actor_id = 'PR-99' WHERE seq = 5")
    connection.close()
    arguments = ("--data", tmp_path / "data")
    told = Said(capsys, "verify", *arguments)
    assert told.code == 1 and "1 damaged" in told.out and f"Session {FIRST}, entry 5" in told.err
    faults = json.loads(Said(capsys, "verify", "--json", *arguments).out)
    assert faults["whole"] is False and [one["seq"] for one in faults["faults"]] == [5]
    assert json.loads(Said(capsys, "show", FIRST, "--json", *arguments).out)["verified"] is False
    exported = Said(capsys, "export", FIRST, "--format", "json", "--out", tmp_path / "x.json", *arguments)
    assert exported.code == 1 and "does not verify" in exported.err and (tmp_path / "x.json").exists()


def written(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()} if place.is_dir() else {"": place.read_bytes()}


@pytest.mark.parametrize("form", ["json", "csv", "pdf"])
def test_an_export_is_the_same_bytes_each_time(capsys, data, tmp_path, qapp, form):
    for place in ("one", "two"):
        said = Said(capsys, "export", FIRST, "--format", form, "--out", tmp_path / place, "--data", data)
        assert said.code == 0 and said.out == f"Wrote {tmp_path / place}\n"
    one, two = written(tmp_path / "one"), written(tmp_path / "two")
    assert one == two and all(one.values())


def test_an_export_touches_no_folder_that_holds_something_else(capsys, data, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    Said(capsys, "export", FIRST, "--format", "csv", "--out", tmp_path, "--data", data).is_one_sentence(str(tmp_path))
    Said(capsys, "export", FIRST, "--format", "json", "--out", tmp_path, "--data", data).is_one_sentence("is a folder")
    Said(capsys, "export", FIRST, "--format", "json", "--out", tmp_path / "thesis.txt" / "x.json", "--data",
         data).is_one_sentence("nothing")
    assert (tmp_path / "thesis.txt").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def test_ports_can_always_be_listed(capsys, monkeypatch):
    reports = [PortReport("/dev/ttyX", "a modem", None, None),
               PortReport("/dev/ttyY", "", None, OperatorError("You may not open it", "", "join the group"))]
    monkeypatch.setattr(discovery, "list_ports", lambda: reports)
    assert "nothing that speaks Pen Link" in Said(capsys, "ports").out
    told = json.loads(Said(capsys, "ports", "--json").out)
    assert told[1]["failure"] == "You may not open it; join the group." and told[0]["model"] is None
    assert (told[0]["state"], told[0]["usb_id"], told[0]["bridge"]) == ("silent", None, None)
    monkeypatch.setattr(discovery, "list_ports", list)
    assert "No serial port is there" in Said(capsys, "ports").out


# --- processes of their own ---------------------------------------------------------------------------------------


def modules_after(*arguments: object) -> set[str]:
    """Run a command in a process of its own; give the packages it has imported."""
    script = (
        "import sys\nfrom console.app.cli import main\n"
        "try:\n    code = main(sys.argv[1:])\nexcept SystemExit as ended:\n    code = ended.code\n"
        "print('\\nMODULES', *{name.partition('.')[0] for name in sys.modules})\nsys.exit(code)")
    done = subprocess.run([sys.executable, "-c", script, *map(str, arguments)], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("MODULES")[2].split())


STORAGE = {"numpy", "sqlalchemy", "sqlcipher3", "keyring", "cryptography", "ui", "devices"}
HEAVY = {"PySide6", "pyqtgraph", "alembic", "mako", "serial", "miniaudio", "segno", "fhir", "rapidfuzz", "biip"}


def test_help_starts_with_next_to_nothing():
    assert not modules_after("--help") & (HEAVY | STORAGE)


@pytest.mark.parametrize("command", [
    ("scan", "01095060001343521727123110LOT42A"), ("screen", "--rules"), ("anesthetic", "--list"),
    ("clinical", "list")], ids=lambda one: one[0])
def test_clinical_commands_start_without_what_opens_a_data_folder(command):
    assert not modules_after(*command) & ((HEAVY | STORAGE) - {"biip"})


def test_reading_starts_without_a_window_or_migrations(data):
    assert not modules_after("sessions", "--data", data) & (HEAVY | {"ui"})
    assert not modules_after("verify", "last", "--data", data) & (HEAVY | {"ui"})


@pytest.mark.parametrize("command", [("sessions",), ("show", str(FIRST), "--json")], ids=["short", "long"])
def test_a_reader_who_has_had_enough_is_no_error(data, command):
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.Popen([sys.executable, "main.py", *command, "--data", str(data)], cwd=ROOT, env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(30), err) == (0, b"")


@pytest.mark.parametrize(("onto", "code", "words"), [(">&-", 0, ""), (">/dev/full", 1, "No space left on device")])
def test_an_output_that_takes_nothing_is_no_crash(data, onto, code, words):
    program = [sys.executable, str(ROOT / "main.py"), "sessions", "--data", str(data)]
    ran = subprocess.run(["sh", "-c", f'exec "$@" {onto}', "sh", *program], capture_output=True, text=True)
    assert ran.returncode == code and words in ran.stderr and ran.stderr.count("\n") <= 1


def test_an_export_never_takes_the_place_of_a_device_or_a_pipe(capsys, data, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for form in ("json", "pdf", "csv"):
        Said(capsys, "export", "last", "--data", data, "--format", form, "--out", tmp_path / "pipe").is_one_sentence(
            "nothing was written")
    assert (tmp_path / "pipe").is_fifo()
