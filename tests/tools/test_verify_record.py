"""The stand-alone verifier: alone in its process, and of one mind with the program about every altered record."""

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tampered_records import (
    KINDS,
    Specimen,
    ask_process,
    exported,
    load_verifier,
    make_specimen,
    plain_bench,
    restored,
    samples_altered,
    sealed_treatment,
    told_by_program,
    told_by_stranger,
)

from db.station_key import StationSigner, following_key

VERIFIER = load_verifier()


@pytest.fixture(scope="module", params=[sealed_treatment, plain_bench], ids=["sealed form", "open form"])
def specimen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Specimen]:
    made = make_specimen(tmp_path_factory.mktemp("specimen") / "folder", request.param)
    yield made
    made.folder.close()


def check(record: dict[str, Any], *keys: str, **more: Any) -> dict[str, Any]:
    return VERIFIER.check_record(record, [bytes.fromhex(key) for key in keys], **more)  # type: ignore[no-any-return]


def bad(record: dict[str, Any], *keys: str, **more: Any) -> tuple[int, str]:
    with pytest.raises(VERIFIER.Bad) as found:
        check(record, *keys, **more)
    return found.value.seq, found.value.what


def test_a_good_record_is_whole_to_both(specimen: Specimen) -> None:
    proved = check(specimen.record, specimen.public_key, kept_heads=[specimen.head])
    entries = len(specimen.record["chain"])
    assert (proved["entries"], proved["closed"], proved["payloads_withheld"]) == (entries, True, 0)
    assert proved["signed_by"] == [specimen.record["station_keys"][0]["key_id"]]
    none = type("none", (), {"statements": []})()
    assert told_by_program(specimen, none) is None


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", KINDS)
def test_both_name_the_same_first_bad_entry(specimen: Specimen, kind: str, seed: int) -> None:
    altered = KINDS[kind](specimen, random.Random(seed))
    program, stranger = told_by_program(specimen, altered), told_by_stranger(VERIFIER, specimen, altered.record)
    assert altered.found_by(program, stranger), (program, stranger)


@pytest.mark.parametrize("seed", range(6))
def test_an_older_database_put_back_is_found_by_the_program(tmp_path: Path, seed: int) -> None:
    found, what = restored(tmp_path / "folder", seed)
    assert found and "missing" in what


@pytest.mark.parametrize("seed", range(20))
def test_one_altered_bit_of_the_samples_is_found(specimen: Specimen, seed: int) -> None:
    record = copy.deepcopy(specimen.record)
    seq = samples_altered(record, random.Random(seed))
    assert bad(record) == (seq, "has other samples than were written")


def test_a_rewritten_record_is_found_by_the_key_alone(specimen: Specimen) -> None:
    for seed in range(10):
        altered = KINDS["full rewrite"](specimen, random.Random(seed))
        assert "not one of the station's keys" in bad(altered.record, specimen.public_key)[1]


def test_a_counterfeit_signed_by_a_key_it_brings_along_passes_only_without_the_clinics_key(specimen: Specimen) -> None:
    forged = next(made for made in (KINDS["full rewrite"](specimen, random.Random(seed)) for seed in range(50))
                  if len(made.record["station_keys"]) == 2)
    assert check(forged.record)["key_given"] is False
    assert "not one of the station's keys" in bad(forged.record, specimen.public_key)[1]


@pytest.mark.parametrize(("alter", "what"), [
    (lambda row: row.update(signature="00" * 64), "forged"),
    (lambda row: row.update(signature=None), "forged"),
    (lambda row: row.update(statement="{"), "cannot be read"),
    (lambda row: row.update(statement=row["statement"].replace('"meaning":"', '"meaning":"x')), "forged"),
    (lambda row: row.update(seq=99), "another history"),
    (lambda row: row.update(key_id="0" * 16), "another history"),
    (lambda row: row.clear(), "cannot be read"),
])
def test_an_altered_signature_is_found(specimen: Specimen, alter: Any, what: str) -> None:
    record = copy.deepcopy(specimen.record)
    alter(record["signatures"][-1])
    assert what in bad(record, specimen.public_key)[1]


def test_a_closed_record_without_its_signature_is_not_whole(specimen: Specimen) -> None:
    record = {**specimen.record, "signatures": []}
    assert "no station signed it" in bad(record)[1]
    assert check(record, unsigned=True)["signed_by"] == []


def test_a_record_signed_after_the_key_was_changed_is_proved_by_the_former_key(specimen: Specimen) -> None:
    record = copy.deepcopy(specimen.record)
    former, new = StationSigner(specimen.folder.keys.station), StationSigner(b"n" * 32)
    told = json.loads(record["signatures"][-1]["statement"]) | {"key_id": new.key_id}
    text, signature = new.sign_record(told)
    record["signatures"][-1].update(key_id=new.key_id, statement=text, signature=signature.hex())
    follows = following_key(former, new, 5)
    assert follows.signature is not None and follows.former_signature is not None
    row = {"key_id": new.key_id, "public_key": new.public_key.hex(), "made_us": 5, "statement": follows.statement,
           "signature": follows.signature.hex(), "former_signature": follows.former_signature.hex()}
    record["station_keys"].append(row)
    for key in (specimen.public_key, new.public_key.hex()):
        assert new.key_id in check(record, key)["signed_by"]
    row["former_signature"] = row["signature"]
    assert "not one of the station's keys" in bad(record, specimen.public_key)[1]


def test_withheld_payloads_leave_the_chain_provable(specimen: Specimen) -> None:
    record = copy.deepcopy(specimen.record)
    sealed = [link for link in record["chain"] if "salt" in link]
    for link in sealed:
        del link["salt"], link["payload"]
    assert check(record, specimen.public_key)["payloads_withheld"] == len(sealed)


def test_another_content_under_a_commitment_is_found(specimen: Specimen) -> None:
    record = copy.deepcopy(specimen.record)
    link = record["chain"][3]
    entry = link["entry"]
    (link if "salt" in link else entry)["payload"]["area_id"] = "face.nose"
    assert bad(record)[0] == 4


@pytest.mark.parametrize("alter", [
    lambda record: record["chain"][0].pop("hash"), lambda record: record["chain"].__setitem__(0, 5),
    lambda record: record["chain"][0].update(note="x"), lambda record: record["chain"][0]["entry"].update(seq="1"),
    lambda record: record["chain"][0]["entry"].update(kind="\ud800"), lambda record: record["chain"].clear(),
    lambda record: record["session"].update(session_id="x"), lambda record: record.update(session=None),
    lambda record: record["chain"][1].update(samples="%"), lambda record: record["chain"][1].pop("samples"),
    lambda record: record.update(head="0" * 64), lambda record: record.update(fault={"seq": 3, "what": "bad photo"}),
    lambda record: record.update(signatures=5), lambda record: record["chain"][1]["entry"].update(count=0),
])
def test_nonsense_is_a_fault_and_never_a_traceback(specimen: Specimen, alter: Any) -> None:
    record = copy.deepcopy(specimen.record)
    alter(record)
    bad(record)


def test_alone_in_its_process_it_answers_with_a_sentence_and_an_exit_code(specimen: Specimen, tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text(json.dumps(specimen.record), "utf-8")
    keys = tmp_path / "keys.txt"
    keys.write_text(f"station {specimen.public_key}\n", "utf-8")
    good = ask_process(path, "--key", str(keys), "--head", f"{specimen.head[:4]} {specimen.head[4:]}")
    assert (good.returncode, good.stderr) == (0, "")
    told = r".*: whole, \d+ entries and \d+ samples .* signed by station key [0-9a-f]{16}\.\n"
    assert re.fullmatch(told, good.stdout)
    altered = KINDS["edit"](specimen, random.Random(3))
    path.write_text(json.dumps(altered.record), "utf-8")
    answer = ask_process(tmp_path, "--json")  # a folder: every session file in it
    assert answer.returncode == 1
    assert json.loads(answer.stdout)[0]["seq"] == altered.first
    path.write_text('{"schema": 1.5}', "utf-8")
    none = ask_process(path)
    assert (none.returncode, none.stdout, len(none.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("arguments", [("--key", "nowhere"), ("--head", "xyz")])
def test_a_wrong_argument_is_one_sentence(specimen: Specimen, tmp_path: Path, arguments: tuple[str, str]) -> None:
    path = tmp_path / "session.json"
    path.write_text(json.dumps(specimen.record), "utf-8")
    told = ask_process(path, *arguments)
    assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)


def test_the_specimen_is_what_the_console_exports(specimen: Specimen) -> None:
    assert exported(specimen.folder, specimen.session_id) == specimen.record
