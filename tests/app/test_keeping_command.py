"""Retention, holds, erasure and the patient's own copy, from the command line."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import treatments
from store_kit import StillClock

from console.app.cli import main
from console.domain.people import Patient, Role, Staff
from console.domain.photo_ports import Developed, PhotoRow
from console.services.session_row import summarise
from db.data_folder import DEMO, create_folder
from db.photos import PhotoStore
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

NAME, PATIENT = "Ottoline Quillfeather", "P-0412"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = create_folder(tmp_path / "data", DEMO, StillClock())
    clock = StillClock()
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    store = SessionStore(folder)
    registry = ClinicRegistry(store, recorder, clock)
    registry.save_staff(Staff("MG-01", "M. Manager", Role.MANAGER), "4711", "MG-01")
    registry.save_staff(Staff("PR-02", "P. Practitioner", Role.PRACTITIONER), "4711", "MG-01")
    registry.save_patient(Patient(PATIENT, NAME, "1990-01-02", note="<b>& no lidocaine</b>"), "PR-02")
    recorder.append(treatments.SESSION_ID, treatments.walk().history)
    picture = b"\xff\xd8 a picture"
    PhotoStore(store, recorder).keep([PhotoRow(
        "photo-0001", treatments.SESSION_ID, PATIENT, "before", "frontal", 1_763_000_000_000_000,
        Developed(picture, picture, 8, 8), hashlib.sha256(picture).digest())], "PR-02")
    assert recorder.synchronise(10)
    store.close()
    assert recorder.stop(10)
    folder.close()
    monkeypatch.setenv("NEEDLING_PIN", "4711")
    yield tmp_path / "data"


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(list(args))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_patients_copy_is_whole_and_in_open_formats(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "copy"
    code, said, _ = run(capsys, "export-patient", PATIENT, "--data", str(data), "--out", str(out))
    assert code == 0 and "1 session of P-0412" in said
    (patient,) = json.loads((out / "patient.json").read_text("utf-8"))
    assert (patient["name"], patient["rev"], patient["changed_by"]) == (NAME, 1, "PR-02")
    (session,) = (out / "sessions").iterdir()
    record = json.loads((session / "session.json").read_text("utf-8"))
    assert record["session"]["patient_id"] == PATIENT and (session / "readings" / "samples.csv").exists()
    assert [one.read_bytes() for one in (out / "photos").iterdir()] == [b"\xff\xd8 a picture"]
    consents = (out / "consents" / session.name / "consents.txt").read_text("utf-8")
    assert "Consent to treatment" in consents and "Signed by the patient: signature-1.svg" in consents
    assert (out / "consents" / session.name / "signature-1.svg").read_text("utf-8").startswith("<svg")
    assert "Added the patient P-0412" in (out / "access.csv").read_text("utf-8")
    page = (out / "index.html").read_text("utf-8")
    for link in re.findall(r'href="([^"]+)"', page):
        assert (out / link).is_file(), link
    assert "Marked as demo: not a clinical record." in page and NAME in page
    sums = dict(reversed(line.split("  ", 1)) for line in (out / "SHA256SUMS.txt").read_text("utf-8").splitlines())
    files = {one.relative_to(out).as_posix() for one in out.rglob("*") if one.is_file()} - {"SHA256SUMS.txt"}
    assert sums.keys() == files
    assert all(hashlib.sha256((out / name).read_bytes()).hexdigest() == kept for name, kept in sums.items())


def test_a_copy_never_overwrites_and_needs_a_patient(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = run(capsys, "export-patient", PATIENT, "--data", str(data), "--out", str(data))
    assert code == 1 and "is there already; nothing was written" in said
    code, _, said = run(capsys, "export-patient", "P-9999", "--data", str(data), "--out", str(tmp_path / "x"))
    assert code == 1 and "There is no patient P-9999" in said and not (tmp_path / "x").exists()
    code, _, said = run(capsys, "erase", "", "--data", str(data))
    assert code == 1 and "There is no patient «»" in said


def test_retention_is_set_shown_and_never_acts_by_itself(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--data", str(data))
    assert "has set no retention rule" in run(capsys, "retention", *place)[1]
    assert "needs its source" in run(
        capsys, "retention", "set", *place, "--years", "1", "--source", " ", "--by", "MG-01")[2]
    code, said, _ = run(capsys, "retention", "set", *place, "--years", "1", "--source", "A law", "--by", "MG-01")
    assert (code, said) == (0, "Records are kept for 1 year after the last visit (A law).\n")
    told = json.loads(run(capsys, "retention", *place, "--json")[1])
    assert told["rule"] == {"years": 1, "source": "A law", "minor_age": 0, "minor_years": 0}
    assert (told["holds"], told["erased"]) == ([], [])
    assert run(capsys, "verify", *place)[1].endswith("every entry is as it was written.\n")


def test_a_hold_goes_before_everything_and_an_erasure_is_for_good(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, by = ("--data", str(data)), ("--by", "MG-01")
    erase = ("erase", PATIENT, *place, "--reason", "asked", "--confirm", PATIENT, "--ground", "order")
    said = run(capsys, "erase", PATIENT, *place)[1]
    assert "1 session, 1 photo" in said and "Stays: the samples" in said and "Nothing was erased" in said
    assert run(capsys, "hold", PATIENT, *place, "--reason", "a letter", *by)[:2] == (
        0, "P-0412 is under a legal hold.\n")
    assert "is under a legal hold: a letter; nothing was erased" in run(capsys, *erase, *by)[2]
    assert run(capsys, "hold", PATIENT, *place, "--lift", "--reason", "settled", *by)[0] == 0
    assert "PR-02 may not set retention, hold and erase" in run(capsys, *erase, "--by", "PR-02")[2]
    assert "«XX-1» is no member of staff" in run(capsys, *erase, "--by", "XX-1")[2]
    monkeypatch.setenv("NEEDLING_PIN", "0000")
    assert "That is not the PIN of MG-01; nothing was changed" in run(capsys, *erase, *by)[2]
    monkeypatch.setenv("NEEDLING_PIN", "4711")
    wrong = ("erase", PATIENT, *place, "--reason", "asked", "--confirm", "P-0413", "--ground", "order", *by)
    assert "The number typed is not P-0412" in run(capsys, *wrong)[2]
    code, said, _ = run(capsys, *erase, *by)
    assert code == 0 and said.startswith("P-0412 was erased, as number 1 of the ledger.")
    assert re.search(r"1 session checked: every entry .* The content of \d+ entries was erased\.", run(
        capsys, "verify", *place)[1])
    assert "P-0412 was erased, as number 1" in run(
        capsys, "export-patient", PATIENT, *place, "--out", str(data / "x"))[2]
    assert "was erased under ledger entry 1" in run(capsys, "show", "last", *place)[2]
    assert '"patient": "P-0412"' in run(capsys, "retention", *place, "--json")[1]
    assert "Erased P-0412 for good" in run(capsys, "audit", *place, "--patient", PATIENT)[1]


def test_an_amendment_stands_beside_what_was_sealed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--data", str(data))
    code, said, _ = run(capsys, "amend", "last", *place)
    seq, words = next((line.split()[0], line) for line in said.splitlines() if "Signed by" in line)
    wanted = ("amend", "last", *place, "--entry", seq, "--text", "Signed at the desk", "--reason", "mistyped")
    assert code == 0 and "is no member of staff" in run(capsys, *wanted)[2]
    code, said, _ = run(capsys, *wanted, "--by", "PR-02")
    assert code == 0 and re.match("Amended: «Signed at the desk» in place of «Signed by .*»", said)
    assert "needs its text and a reason" in run(
        capsys, "amend", "last", *place, "--text", "x", "--by", "PR-02")[2]
    assert "no entry 9999 to amend" in run(
        capsys, "amend", "last", *place, "--entry", "9999", "--text", "x", "--reason", "y", "--by", "PR-02")[2]
    run(capsys, "export", "last", *place, "--format", "json", "--out", str(tmp_path / "s.json"))
    run(capsys, "export", "last", *place, "--format", "csv", "--out", str(tmp_path / "s"))
    chain = json.loads((tmp_path / "s.json").read_text("utf-8"))["chain"]
    amended = chain[-1]["payload"]
    assert amended["text"] == "Signed at the desk" and amended["author_name"] == "P. Practitioner"
    assert chain[int(seq) - 1]["payload"]["signer_name"] in amended["was"] and amended["was"] in words
    rows = (tmp_path / "s" / "events.csv").read_text("utf-8")
    assert "Signed at the desk" in rows and '""signer_name""' in rows
    assert run(capsys, "verify", *place)[0] == 0
