"""One's own PIN and password: against the former one, with the waits of a wrong one, by nobody but oneself."""

from dataclasses import replace

import pytest
from console_rig import PIN, close_console, make_console
from rig_ports import PASSWORD

from console.domain.errors import Refusal


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def saved(console, monkeypatch):
    kept = []
    monkeypatch.setattr(console.registry, "save_staff", lambda member, pin, actor_id, password=None: kept.append(
        (member.staff_id, pin, actor_id, password)))
    return kept


def change_password(console, former, new):
    told = []
    console.own_secrets.change_password(former, new, told.append, told.append)
    while console.queries.busy:
        console.queries.deliver()
    return told[0]


def change_pin(console, former, new):
    told = []
    console.own_secrets.change_pin(former, new, told.append, told.append)
    while console.queries.busy:
        console.queries.deliver()
    if told[0] is not None:
        raise told[0]


def test_a_pin_is_changed_by_oneself_against_the_former(console, saved):
    for former, new, why in ((PIN, "1111", "guessed"), ("9998", "7392", "not right")):
        with pytest.raises(Refusal, match=why):
            change_pin(console, former, new)
    assert saved == []
    change_pin(console, PIN, "7392")
    assert saved == [("PR-02", "7392", "PR-02", None)]
    assert ("PR-02", "pin_refused", "PR-02", "") in console.registry.audits


def test_wrong_tries_wait_here_as_everywhere(console, saved):
    for _ in range(3):
        with pytest.raises(Refusal, match="not right"):
            change_pin(console, "9998", "7392")
    with pytest.raises(Refusal, match="3 wrong tries of PR-02; nothing was changed; wait 5 s"):
        change_pin(console, PIN, "7392")
    with pytest.raises(Refusal, match="wait"):
        raise change_password(console, PIN, "a long enough one")
    assert saved == []


def test_a_first_password_takes_the_pin_and_the_next_the_former(console, saved):
    with pytest.raises(Refusal, match="12 characters"):
        console.own_secrets.change_password(PIN, "short", None, None)
    assert change_password(console, PIN, "four quiet grey herons") is None
    assert saved.pop() == ("PR-02", "", "PR-02", "four quiet grey herons")
    member = replace(console.registry.staff()[0], has_password=True)
    console.registry._staff[0] = member
    assert console.own_secrets.asks_password
    assert "That password is not right" in str(change_password(console, PIN, "five loud grey herons"))
    assert saved == [] and console.registry.audits[-1][1] == "password_refused"
    assert change_password(console, PASSWORD, "") is None
    assert saved == [("PR-02", "", "PR-02", "")]


def test_nobody_signed_in_changes_nothing(console, saved):
    console.desk.actor = None
    with pytest.raises(Refusal, match="Nobody is signed in"):
        change_pin(console, PIN, "7392")
