"""The clinic server at the command line: prepared, founded, joined, looked at, left."""

import json
import os
import shutil
from dataclasses import replace

import dossiers
import pytest
import treatments
from store_kit import BenchBegan, StillClock, batch, bench_folder, event

from console.app.cli import main
from console.app.compose import settle_session
from console.services.session_row import summarise
from db.data_folder import BENCH, DEMO, create_folder, open_folder
from db.folder_file import SERVER_FILE
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from db.station_key import StationSigner
from db.sync.pusher import Pusher
from db.sync.server_address import server_of
from db.sync.server_link import ServerLink


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("db.sync.clinic_key._MEMORY_KIB", 64)


@pytest.fixture
def rooms(tmp_path):
    for name in ("one", "two"):
        bench_folder(tmp_path / name).close()
    return tmp_path / "one", tmp_path / "two"


def server(*words: object) -> int:
    return main(["server", *map(str, words)])


def at(address):
    return ("--host", address.host, "--port", address.port, "--database", address.database, "--user", address.user,
            "--tls", "plain")


def pipe_with(text: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, text.encode() + b"\n")
    os.close(writing)
    return reading


def invited(room, to, capsys) -> str:
    capsys.readouterr()
    assert server("invite", "--data", room, "--out", to) == 0
    return capsys.readouterr().out.split("\n\n")[1].strip()


def test_two_consoles_share_a_clinic(rooms, server_address, tmp_path, capsys):
    one, two = rooms
    text = tmp_path / "joining.txt"
    assert server("found", "--data", one, *at(server_address), "--name", "Room 1") == 0
    code = invited(one, text, capsys)
    assert text.stat().st_mode & 0o077 == 0
    assert server("join", "--data", two, *at(server_address), "--name", "Room 2", "--text", text,
                  "--code-fd", pipe_with(code.upper())) == 0
    capsys.readouterr()
    assert server("status", "--data", two, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reachable"] and [(one["name"], one["this"]) for one in told["consoles"]] == [
        ("Room 1", False), ("Room 2", True)]
    assert _secrets(one) == _secrets(two)
    assert main(["verify", "--data", str(two)]) == 0


def _secrets(room):
    folder = open_folder(room)
    known = server_of(folder)
    folder.close()
    assert known is not None
    return known.clinic_id, known.clinic_key


def test_a_wrong_code_or_a_torn_text_changes_nothing(rooms, server_address, tmp_path, capsys):
    one, two = rooms
    text = tmp_path / "joining.txt"
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    invited(one, text, capsys)
    asked = ("join", "--data", two, *at(server_address), "--name", "Room 2", "--text", text, "--code-fd")
    assert server(*asked, pipe_with("babab-babab")) == 1
    assert "The joining code is not the one of this joining text" in capsys.readouterr().err
    text.write_text(text.read_text()[:-9])
    assert server(*asked, pipe_with("babab-babab")) == 1
    assert "not a joining text, or not all of it" in capsys.readouterr().err
    assert not (two / SERVER_FILE).exists()


def test_a_second_clinic_on_one_server_is_refused(rooms, server_address, capsys):
    one, two = rooms
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    assert server("found", "--data", two, *at(server_address), "--name", "Room 2") == 1
    assert "There is a clinic on this server already" in capsys.readouterr().err
    assert server("found", "--data", one, *at(server_address), "--name", "Room 1") == 1
    assert "belongs to a clinic server already" in capsys.readouterr().err


def test_a_demo_folder_never_joins_a_bench_s_clinic(rooms, server_address, tmp_path, capsys):
    create_folder(tmp_path / "demo", DEMO, StillClock()).close()
    server("found", "--data", rooms[0], *at(server_address), "--name", "Room 1")
    code = invited(rooms[0], tmp_path / "joining.txt", capsys)
    assert server("join", "--data", tmp_path / "demo", *at(server_address), "--name", "Demo", "--text",
                  tmp_path / "joining.txt", "--code-fd", pipe_with(code)) == 1
    assert "holds a bench clinic, and this is a demo folder" in capsys.readouterr().err


def test_a_server_that_is_not_prepared_is_refused(rooms, postgres, capsys):
    address = postgres.empty_database()
    asked = ("found", "--data", rooms[0], *at(address), "--name", "Room 1")
    assert server(*asked) == 1
    assert "is not prepared yet" in capsys.readouterr().err
    assert server("prepare", *at(address)) == 0
    assert server(*asked) == 0


def test_leaving_forgets_the_server_and_is_noted_there(rooms, server_address, capsys):
    one, two = rooms
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    assert server("leave", "--data", one) == 0
    assert not (one / SERVER_FILE).exists()
    assert server("leave", "--data", two) == 1
    capsys.readouterr()
    assert server("status", "--data", one, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"joined": False}
    main(["audit", "--data", str(one)])
    assert "Left the clinic server" in capsys.readouterr().out


def test_a_server_that_is_away_is_one_sentence(rooms, server_address, postgres, capsys):
    server("found", "--data", rooms[0], *at(server_address), "--name", "Room 1")
    file = rooms[0] / SERVER_FILE
    file.write_text(file.read_text().replace(server_address.host, "/nowhere"))
    capsys.readouterr()
    assert server("status", "--data", rooms[0]) == 1
    told = capsys.readouterr().err
    assert "cannot be reached" in told and "everything is saved here" in told and "Traceback" not in told
    assert server("leave", "--data", rooms[0]) == 0
    assert "The server was not told" in capsys.readouterr().out


def test_secrets_of_the_server_do_not_open_with_another_folder_s_keys(rooms, server_address, capsys):
    one, two = rooms
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    shutil.copy(one / SERVER_FILE, two / SERVER_FILE)
    assert _secrets(one)[1].hex() not in (one / SERVER_FILE).read_text()
    assert server("status", "--data", two) == 1
    assert "is damaged, or belongs to another data folder" in capsys.readouterr().err


def test_push_and_verify_compare_with_the_server(rooms, server_address, postgres, capsys):
    one, _ = rooms
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    capsys.readouterr()
    assert server("push", "--data", one, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"entries": 0, "look_at": []}
    assert main(["verify", "--data", str(one), "--server"]) == 0
    assert "The heads on the clinic server say the same" in capsys.readouterr().out
    postgres.stop("immediate")
    try:
        assert main(["verify", "--data", str(one), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["server_compared"] is False
        assert main(["verify", "--data", str(one)]) == 0
        assert "were not compared" in capsys.readouterr().out
        assert main(["verify", "--data", str(one), "--server"]) == 1
        assert "cannot be reached" in capsys.readouterr().err
        assert server("push", "--data", one) == 1
    finally:
        postgres.start()
    assert main(["verify", "--data", str(rooms[1]), "--server"]) == 1
    assert "belongs to no clinic server" in capsys.readouterr().err


FIRST = treatments.SESSION_ID


def record_treatment(folder):
    recorder, story = RecorderThread(folder, StillClock(), summarise), treatments.walk().history
    recorder.start()
    recorder.append(FIRST, story[:60])
    recorder.add_samples(FIRST, batch(0, 500))
    recorder.append(FIRST, story[60:])
    recorder.synchronise(20)
    store = SessionStore(folder)
    ClinicRegistry(store, recorder, StillClock()).save_patient(dossiers.PATIENT, "PR-02")
    settle_session(recorder, store, FIRST)
    store.close()
    assert recorder.stop(20)


def test_a_sealed_treatment_is_fetched_and_shown_at_the_other_console(tmp_path, server_address, capsys):
    one, two = tmp_path / "one", tmp_path / "two"
    folder = create_folder(one, BENCH, StillClock())
    record_treatment(folder)
    folder.close()
    bench_folder(two).close()
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    code = invited(one, tmp_path / "joining.txt", capsys)
    server("join", "--data", two, *at(server_address), "--name", "Room 2", "--text", tmp_path / "joining.txt",
           "--code-fd", pipe_with(code))
    assert server("status", "--data", one) == 0
    assert "1 to be sent (sessions and photos)" in capsys.readouterr().out
    assert server("push", "--data", one) == 0
    assert "the server holds all there is to send" in capsys.readouterr().out
    assert server("fetch", "--data", two, FIRST) == 0
    assert "and verify" in capsys.readouterr().out
    assert server("fetch", "--data", two, FIRST) == 0
    assert "is here already" in capsys.readouterr().out
    assert main(["verify", "--data", str(two), "--server"]) == 0
    capsys.readouterr()
    told = []
    for room in (one, two):
        assert main(["show", str(FIRST), "--data", str(room), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    main(["audit", "--data", str(two)])
    assert "Fetched a session of P-0412 from the clinic server" in capsys.readouterr().out
    assert server("fetch", "--data", two, "zzz") == 1
    assert "is not a session" in capsys.readouterr().err


def test_a_new_station_key_is_entered_with_the_next_push(rooms, server_address, postgres):
    one, _ = rooms
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    assert server("push", "--data", one) == 0
    folder = open_folder(one)
    link, known = ServerLink(server_address, ""), server_of(folder)
    assert known is not None
    folder.keys = replace(folder.keys, station=bytes(range(32)))
    pusher = Pusher(folder, known, link)
    pusher.compare()
    pusher.close()
    link.close()
    folder.close()
    keys = postgres.sql(server_address.database, "SELECT station_key_id FROM console ORDER BY rev")
    assert len(keys) == 2 and keys[1] == StationSigner(bytes(range(32))).key_id


def test_what_was_set_aside_is_told_by_push_and_status(rooms, server_address, capsys, tmp_path):
    one, two = rooms
    server("found", "--data", one, *at(server_address), "--name", "Room 1")
    code = invited(one, tmp_path / "joining.txt", capsys)
    server("join", "--data", two, *at(server_address), "--name", "Room 2", "--text", tmp_path / "joining.txt",
           "--code-fd", pipe_with(code))
    for room, port in ((one, "a"), (two, "b")):
        folder = open_folder(room, writing=True)
        recorder = RecorderThread(folder, StillClock(), summarise)
        recorder.start()
        recorder.append(FIRST, [event(BenchBegan(port, 10))])
        recorder.stop(20)
        folder.close()
    assert server("push", "--data", one) == 0
    assert server("push", "--data", two) == 1
    assert "nothing was overwritten" in capsys.readouterr().err
    assert server("status", "--data", two) == 0
    assert f"1 entry of session {FIRST}: the server holds other entries" in capsys.readouterr().out
    assert server("status", "--data", one, "--json") == 0
    assert json.loads(capsys.readouterr().out)["set_aside"] == []
