"""``main.py scan``: its keys, its sentences, its exit code."""

import io
import json
import sys

import pytest
from store_kit import StillClock

from console.app import cli
from console.domain.clinic_records import ClinicRecord, RecordKind
from console.domain.people import CatalogProduct
from console.services.session_row import summarise
from db.data_folder import BENCH, create_folder
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore

GTIN = "09506000134352"
GOOD = f"]d201{GTIN}1727123110LOT42A\x1d21SN0007"


def run(capsys, *arguments):
    code = cli.main(["scan", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("text", [GOOD, GOOD.replace("\x1d", "\\x1d"), GOOD.replace("\x1d", "<GS>"),
                                  f"(01){GTIN}(17)271231(10)LOT42A(21)SN0007"])
def test_a_whole_code_is_all_well(capsys, text):
    code, out, _ = run(capsys, text, "--json", "--date", "2026-11-22")
    found = json.loads(out)
    assert code == 0
    assert {name: found[name] for name in ("gtin", "lot", "expiry", "serial", "problems", "kind", "catalogue")} == {
        "gtin": GTIN, "lot": "LOT42A", "expiry": "2027-12-31", "serial": "SN0007", "problems": [], "kind": "product",
        "catalogue": None}


def test_a_lost_separator_is_a_sentence_with_its_readings(capsys):
    code, out, _ = run(capsys, GOOD.replace("\x1d", ""), "--json", "--date", "2026-11-22")
    found = json.loads(out)
    assert code == 1 and found["lot"] == found["serial"] == "" and found["gtin"] == GTIN
    assert {"lot": "LOT42A", "serial": "SN0007", "expiry": "2027-12-31"} in found["alternatives"]
    assert all(problem.endswith(".") for problem in found["problems"])


def test_it_is_told_in_words_too(capsys):
    code, out, _ = run(capsys, GOOD, "--date", "2028-01-01")
    assert code == 1 and "lot      LOT42A\n" in out and "Expired on 2027-12-31. Do not use it.\n" in out


def test_standard_input_is_read_byte_by_byte(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode() + b"\n")))
    code, out, _ = run(capsys, "-", "--json", "--date", "2026-11-22")
    assert code == 0 and json.loads(out)["serial"] == "SN0007"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe01")))
    code, out, _ = run(capsys, "-", "--json")
    assert code == 1 and json.loads(out)["gtin"] == ""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """A bench folder whose catalogue knows the cartridge, with one lot recalled."""
    path = tmp_path_factory.mktemp("clinic") / "data"
    folder = create_folder(path, BENCH, StillClock())
    recorder = RecorderThread(folder, StillClock(), summarise)
    recorder.start()
    store = SessionStore(folder)
    registry = ClinicRegistry(store, recorder, StillClock())
    registry.save_product(CatalogProduct("cart-12", GTIN, "Cartridge 12", "cartridge", needles=12), "MG-01")
    registry.save_recalled_lot("cart-12", "LOT9", True, "MG-01")
    registry.save_record(ClinicRecord(RecordKind.RECALL, "cart-12 LOT9", "recalled", {
        "lot": "LOT9", "reason": "bent needles"}, subject_id="cart-12"), "MG-01")
    store.close()
    assert recorder.stop(20)
    folder.close()
    return str(path)


def test_a_clinic_s_catalogue_and_recalls_are_asked(capsys, clinic):
    code, out, _ = run(capsys, GOOD, "--json", "--date", "2026-11-22", "--data", clinic)
    found = json.loads(out)
    assert (code, found["product"]["name"], found["catalogue"]) == (0, "Cartridge 12", 1)
    code, out, _ = run(capsys, GOOD.replace("LOT42A", "LOT9"), "--json", "--date", "2026-11-22", "--data", clinic)
    assert (code, json.loads(out)["problems"]) == (1, ["Lot LOT9 is recalled: bent needles. Do not use it."])
    code, out, _ = run(capsys, "(01)00000000000017(17)271231(10)A", "--json", "--date", "2026-11-22", "--data", clinic)
    assert code == 1 and json.loads(out)["kind"] == "unknown_product"


def test_a_wrong_day_is_one_sentence(capsys):
    code, out, err = run(capsys, GOOD, "--date", "soon")
    assert (code, out) == (1, "") and err == "main.py: soon is no date; nothing was read; write it as 2027-03-31.\n"
