"""``main.py staff`` on a real data folder: the first administrator, a colleague, PINs, a history nobody erases."""

import json

import pytest
from store_kit import StillClock

from console.app import cli
from db.data_folder import BENCH, create_folder, open_folder
from db.registry import RegistryReader
from db.session_store import SessionStore


@pytest.fixture
def place(tmp_path, monkeypatch):
    create_folder(tmp_path / "clinic", BENCH, StillClock()).close()
    monkeypatch.setenv("NEEDLING_PIN", "8426")
    monkeypatch.setenv("NEEDLING_NEW_SECRET", "8426")
    assert run(tmp_path / "clinic", "add", "Ingrid Solheim", "--role", "administrator") == 0
    return tmp_path / "clinic"


def run(place, *words):
    return cli.main(["staff", *words, "--data", str(place)])


def test_a_life_of_a_colleague(place, capsys, monkeypatch):
    assert run(place, "add", "Nadia Rahman", "--role", "practitioner", "--by", "AD-01") == 0
    assert run(place, "role", "PR-01", "--role", "practitioner", "--role", "manager", "--by", "AD-01") == 0
    monkeypatch.setenv("NEEDLING_NEW_SECRET", "9731")
    assert run(place, "pin", "PR-01", "--by", "AD-01") == 0
    assert run(place, "disable", "PR-01", "--by", "AD-01") == 0
    capsys.readouterr()
    assert run(place, "list", "--json") == 0
    listed = {one["staff"]: one for one in json.loads(capsys.readouterr().out)}
    assert listed["AD-01"]["roles"] == ["administrator", "practitioner", "manager"]
    assert listed["PR-01"] == {"staff": "PR-01", "name": "Nadia Rahman", "roles": ["practitioner", "manager"],
                               "active": False, "password": False}
    assert run(place, "history", "PR-01") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and "by AD-01" in lines[0] and lines[0].endswith("may sign in, new PIN")
    assert lines[2].endswith("new PIN") and lines[3].endswith("disabled")
    assert run(place, "enable", "PR-01", "--by", "AD-01") == 0
    store = SessionStore(folder := open_folder(place))
    assert RegistryReader(store).pin_check("PR-01")("9731")
    store.close()
    folder.close()


def test_who_may_not_is_told_in_one_sentence(place, capsys, monkeypatch):
    assert run(place, "add", "Nadia Rahman", "--role", "practitioner", "--by", "AD-01") == 0
    for words, told in (
            (("disable", "PR-01"), "«» may not sign in here"),
            (("disable", "AD-01", "--by", "PR-01"), "PR-01 may not keep the staff and the lock"),
            (("disable", "AD-01", "--by", "AD-01"), "needs an administrator who may sign in"),
            (("history", "PR-77"), "There is no member of staff PR-77")):
        capsys.readouterr()
        assert run(place, *words) == 1
        error = capsys.readouterr().err
        assert told in error and error.count("\n") == 1


def test_wrong_pins_hold_up_the_next_command_too(place, capsys, monkeypatch):
    monkeypatch.setenv("NEEDLING_PIN", "0001")
    for _ in range(3):
        assert run(place, "disable", "AD-01", "--by", "AD-01") == 1
    assert "That PIN is not right" in capsys.readouterr().err
    monkeypatch.setenv("NEEDLING_PIN", "8426")
    assert run(place, "disable", "AD-01", "--by", "AD-01") == 1
    assert "3 wrong PINs of AD-01" in capsys.readouterr().err


def test_everybody_changes_their_own_pin_and_password_against_the_former(place, capsys, monkeypatch):
    monkeypatch.setenv("NEEDLING_NEW_SECRET", "9731")
    assert run(place, "add", "Nadia Rahman", "--role", "practitioner", "--by", "AD-01") == 0
    monkeypatch.setenv("NEEDLING_NEW_SECRET", "5566")
    assert run(place, "my-pin", "--by", "PR-01") == 1
    assert "That PIN is not right; nothing was changed" in capsys.readouterr().err
    monkeypatch.setenv("NEEDLING_PIN", "9731")
    assert run(place, "my-pin", "--by", "PR-01") == 0
    monkeypatch.setenv("NEEDLING_PIN", "5566")
    monkeypatch.setenv("NEEDLING_NEW_SECRET", "four quiet grey herons")
    assert run(place, "my-password", "--by", "PR-01") == 0
    monkeypatch.setenv("NEEDLING_NEW_SECRET", "five loud grey herons")
    monkeypatch.setenv("NEEDLING_PASSWORD", "four quiet grey her")
    assert run(place, "my-password", "--by", "PR-01") == 1
    assert "That password is not right" in capsys.readouterr().err
    monkeypatch.setenv("NEEDLING_PASSWORD", "four quiet grey herons")
    assert run(place, "my-password", "--by", "PR-01") == 0
    store = SessionStore(folder := open_folder(place))
    registry = RegistryReader(store)
    assert registry.pin_check("PR-01")("5566") and registry.password_check("PR-01")("five loud grey herons")
    assert [one.changed_by for one in registry.staff_versions("PR-01")] == ["AD-01", "PR-01", "PR-01", "PR-01"]
    store.close()
    folder.close()
