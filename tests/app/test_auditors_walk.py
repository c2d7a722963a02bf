"""An auditor's walk: a day on the real console, then ten questions to ``main.py audit``, each answered."""

import getpass
import json
from dataclasses import replace

import pytest
from console_rig import PIN
from fake_clock import FakeClock

from console.app.cli import main
from console.app.compose import compose
from console.domain.locking import LockPolicy
from console.domain.people import Patient, Role, Staff
from console.domain.retention import RetentionRule
from console.domain.session_list import SessionFilter
from console.services.day_desk import Place
from console.services.idle_lock import save_policy
from console.services.retention_settings import save_rule
from db.data_folder import DEMO, create_folder, open_folder

MEYER, KEEPER = Staff("PR-02", "A. Meyer", Role.PRACTITIONER), Staff("AD-01", "S. Okoro", Role.ADMINISTRATOR)
KELLER = Patient("P-0412", "Anna Keller", "1992-03-04", "III", phone="0171 1")


def run_a_day(folder, clock):
    """Let two people do a day's work, with what an auditor looks for in it."""
    made = compose(folder, clock, Place("Room 2", "station-1", "demo"))
    console, desk, registry = made.console, made.console.desk, made.console.registry
    for member in (MEYER, KEEPER):
        registry.save_staff(member, PIN, "AD-01")
    registry.save_patient(KELLER, "PR-02")
    desk.actor = MEYER
    console.day.find_patients("keller")
    console.day.patient("P-0412")
    console.day.change_patient(replace(KELLER, phone="0171 2"))
    console.review.lists.begin(SessionFilter(text="keller"), 10, lambda found: None, print)
    console.reading.note_export("P-0412", "pdf")
    console.pins.check("PR-02", "9998")
    desk.actor = KEEPER
    console.clinic.emergencies.begin("Fainted at the door")
    console.day.patient("P-0412")
    save_policy(desk, registry, LockPolicy(idle_min=5))
    save_rule(registry, RetentionRule(8, "The clinic's insurer"), KEEPER)
    console.own_secrets.change_pin(PIN, "7392", lambda _: None, lambda error: pytest.fail(str(error)))
    while console.pins.busy or console.queries.busy:
        console.secrets.deliver()
        console.queries.deliver()
    registry.audit("console", "clock_jumped", "", '{"ms":-7200000}')
    assert made.recorder.synchronise(10.0)
    assert made.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk") / "clinic"
    run_a_day(create_folder(folder, DEMO, clock := FakeClock()), clock)
    return folder


@pytest.fixture
def ask(place, tmp_path, capsys):
    def asked(*words):
        out = tmp_path / "audit.json"
        assert main(["audit", "--data", str(place), "--export", str(out), *words]) == 0
        capsys.readouterr()
        return json.loads(out.read_text(encoding="utf-8"))

    return asked


def sentences(answer):
    return [(one["person"], one["what"]) for one in answer["entries"]]


def test_who_read_this_patient_and_why_an_administrator_could(ask):
    read = [one for one in ask("--patient", "P-0412", "--kind", "read")["entries"] if one["action"] == "patient_read"]
    assert [(one["person"], one["why"]) for one in read] == [("AD-01", "Fainted at the door"), ("PR-02", None)]


def test_what_was_changed_of_this_patient_with_old_and_new_values(ask):
    changed, _ = ask("--patient", "P-0412", "--kind", "change")["entries"]
    assert changed["changes"] == [{"field": "phone", "old": "0171 1", "new": "0171 2"}] and changed["at"]


def test_who_searched_and_what_was_found_without_the_words_typed(ask):
    told = sentences(ask("--person", "PR-02", "--kind", "read"))
    assert ("PR-02", "Looked through patients, P-0412") in told
    assert ("PR-02", "Looked through sessions, by words typed") in told
    assert not [what for _, what in told if "keller" in what.casefold()]


def test_what_left_the_console(ask):
    assert ("PR-02", "Wrote P-0412, as PDF") in sentences(ask("--kind", "export"))


def test_whose_pin_was_refused_and_whose_was_changed_by_whom(ask):
    assert ("PR-02", "A PIN was refused") in sentences(ask("--kind", "sign_in"))
    changed = [one for one in ask("--kind", "change", "--person", "AD-01")["entries"] if one["subject"] == "AD-01"]
    assert changed[0]["changes"][0]["field"].startswith("pin") and "7392" not in json.dumps(changed)


def test_which_rules_of_the_clinic_changed_and_from_what(ask):
    found = {one["subject"]: one["changes"] for one in ask("--kind", "change", "--person", "AD-01")["entries"]}
    assert {"field": "value", "old": "", "new": "5"} in found["lock_idle_min"]
    assert "insurer" in json.dumps(found["retention_rule"])


def test_who_took_emergency_access_and_whether_the_clock_was_set(ask):
    assert ("AD-01", "Took emergency access: Fainted at the door") in sentences(ask("--kind", "emergency"))
    assert ("console", "The computer's clock jumped, 7,200 s back") in sentences(ask("--kind", "console"))


def test_what_was_read_by_commands_past_the_window(place, ask, capsys):
    assert main(["sessions", "--data", str(place), "--patient", "P-0412"]) == 0
    assert compose_once(place)
    me = f"os:{getpass.getuser()}"
    told = [what for who, what in sentences(ask("--patient", "P-0412", "--kind", "read")) if who == me]
    assert len(told) == 1 and "by the command sessions, patient P-0412" in told[0]


def compose_once(place):
    """Start the console once more, and end it."""
    return compose(open_folder(place, None, writing=True), FakeClock(), Place("Room 2", "station-1", "demo")).close()


def test_whether_it_is_whole_and_where_the_chain_ends_also_of_a_filtered_export(ask):
    whole, some = ask(), ask("--person", "PR-02")
    assert whole["verified"] and whole["head"] == some["head"]
    assert whole["entries"][0]["hash"] == whole["head"]["hash"] and some["asked"] == {"person": "PR-02"}
    assert len(some["entries"]) < len(whole["entries"]) == whole["head"]["seq"]
