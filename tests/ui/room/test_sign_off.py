"""Sign-off: what is complete, what was done, and a seal that only a right PIN makes."""

import threading
from pathlib import Path

import pytest
from console_rig import PIN, walk_to
from dossiers import make_dossier

from console.domain.errors import OperatorError
from console.domain.workflow import Phase
from console.services.second_signature import ON, SECOND
from ui.room.so_far import area_lines


@pytest.fixture
def signing(stage):
    walk_to(stage.console, Phase.SIGN_OFF)
    stage.live()
    return stage


def test_the_fourth_digit_signs_and_seals(signing) -> None:
    assert not signing.button("action.today").isEnabled()
    session_id = signing.console.desk.front.session_id
    signing.type_pin(PIN)
    assert signing.state.sealed is not None
    assert signing.state.signed[-1][1].signer_id == "PR-02"
    card = signing.window.page().signing
    signing.until(lambda: bool(signing.window.page()._reading.digest))
    assert (card._badge._state, card._badge._digest, card._saved.text()) == ("sealed", "00000000", "Saved")
    signing.click("signoff.report")
    signing.until(lambda: card.report.isEnabled())
    assert signing.written == [f"report {session_id}"]
    assert "report.pdf" in card._where.text()
    signing.click("action.today")
    assert signing.window.page_key == "today" and signing.console.desk.sessions == []


def test_a_report_is_written_once_and_a_failure_is_one_sentence(signing) -> None:
    signing.type_pin(PIN)
    card, page = signing.window.page().signing, signing.window.page()
    asked = []
    page._save_report = lambda session_id, written, failed: asked.append((written, failed))
    signing.click("signoff.report")
    assert card.report.text() == "Writing…" and not card.report.isEnabled()
    page._report()
    assert len(asked) == 1, "a second touch writes nothing"
    asked[0][1](OperatorError("The disk is full", "nothing was written", "make room"))
    assert "disk is full" in card._where.text() and card.report.isEnabled() and card.report.text() == "Session report"
    signing.click("signoff.report")
    asked[1][1](ValueError("inner words"))
    assert card._where.text() == "The report could not be written; the record is untouched."
    signing.click("signoff.report")
    page.enter()
    asked[2][0](Path("report.pdf"))
    assert card._where.text() == "", "another session's card says nothing of it"


def test_a_signature_waits_for_the_record_without_holding_the_window(signing, monkeypatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(signing.console.recorder, "synchronise", lambda limit_s: free.wait(60))
    for digit in PIN:
        signing.click(f"pinPad.{digit}")
    card = signing.window.page().signing
    assert card._lock_words.text() == "Signing… the seal follows once everything is saved."
    assert not card.pad.isEnabled() and not signing.button("signoff.note").isEnabled()
    assert not signing.button("action.back").isEnabled() and not signing.button("action.today").isEnabled()
    assert signing.state.sealed is None
    free.set()
    signing.until(lambda: signing.state.sealed is not None)
    assert card.sealed.isVisible()


def test_a_record_that_cannot_be_saved_is_not_sealed_and_the_pad_says_so(signing, monkeypatch) -> None:
    monkeypatch.setattr(signing.console.recorder, "synchronise", lambda limit_s: False)
    signing.type_pin(PIN)
    assert signing.state.sealed is None
    assert signing.window.page().signing.pad._words.text() == "The record is not saved yet."
    monkeypatch.undo()
    signing.type_pin(PIN)
    assert signing.state.sealed is not None


def test_a_wrong_pin_is_refused_on_the_pad(signing) -> None:
    signing.type_pin("9999")
    assert signing.state.sealed is None
    assert signing.window.page().signing.pad._words.text() == "That PIN is not right."
    signing.type_pin(PIN)
    assert signing.state.sealed is not None


def test_saved_is_said_only_once_it_is(signing) -> None:
    recorder = signing.console.recorder
    recorder.slow = True
    signing.type_pin(PIN)
    card = signing.window.page().signing
    assert card._saved.text() == "Saving" and not signing.button("signoff.report").isEnabled()
    recorder.failing = "disk full"
    signing.live()
    assert card._saved.text() == "Not saved yet: kept in memory"
    recorder.slow, recorder.failing = False, ""
    recorder.catch_up()
    signing.live()
    assert card._saved.text() == "Saved"


def test_the_pad_is_locked_while_readings_are_fetched(signing, monkeypatch) -> None:
    monkeypatch.setattr(signing.console.station, "_ending", signing.console.desk.front.session_id)
    signing.window.page().refresh()
    assert not signing.button("pinPad.1").isEnabled()
    assert "still being fetched" in signing.window.page().status().title


def test_areas_ticks_and_notes(signing) -> None:
    page = signing.window.page()
    assert [one.passes for one in page.areas.rows()][:3] == ["2 of 2", "2 of 2", "3 of 3"]
    assert all(line.tone == "done" for line in page.ticks.lines())
    signing.click("signoff.note")
    signing.click("reason.tolerated_well")
    signing.click("reason.confirm")
    assert [row.text for row in page.notes.rows()] == ["Tolerated well"]
    signing.click("notice.undo")
    assert page.notes.rows() == []


def test_nobody_signed_in_signs_nothing(signing) -> None:
    signing.console.desk.actor = None
    signing.live()
    assert not signing.button("pinPad.1").isEnabled()


def test_the_areas_tell_depth_and_punctures_as_stored() -> None:
    dossier = make_dossier()
    stored = dossier.areas[0]
    first = area_lines(dossier.state, None, dossier.areas)[0]
    assert stored.median_depth_um is not None and stored.punctures_per_cm2 is not None
    assert first.depth.startswith(f"{stored.median_depth_um / 1000:.2f}")
    assert first.density == f"{stored.punctures_per_cm2:,}"
    unknown = area_lines(dossier.state)[0]
    assert (unknown.depth, unknown.density) == ("–", "–"), "what nobody knows is not shown as zero"


def test_an_outcome_is_graded_before_the_seal_and_not_behind_it(signing) -> None:
    signing.click("signoff.outcome")
    signing.click("scale.goodman_baron.3_moderate_seen_at_50_cm_flattens_when_stretched")
    assert [one.value for _, one in signing.state.outcomes] == [3]
    signing.window.close_overlay()
    signing.type_pin(PIN)
    assert not signing.button("signoff.outcome").isEnabled()


def test_a_clinic_that_asks_for_a_second_signature_gets_a_colleague_s_pin(signing) -> None:
    console = signing.console
    console.registry.save_setting(SECOND, ON, "MG-01")
    signing.type_pin("9998")
    assert signing.window.overlay is None, "the first PIN was wrong"
    signing.type_pin(PIN)
    sheet = signing.window.overlay
    assert signing.state.sealed is None and not sheet.pad.isEnabled()
    signing.click("staff.MG-01")
    sheet.pad.entered.emit("9998")
    assert "That PIN of MG-01 is not right" in sheet.pad._words.text() and signing.state.sealed is None
    sheet.pad.entered.emit(PIN)
    signing.until(lambda: signing.state.sealed is not None)
    assert signing.window.overlay is None
    assert [one.signer_id for _, one in signing.state.signed] == ["PR-02", "MG-01"]
    assert "MG-01" in signing.window.page().signing._signed.text()
