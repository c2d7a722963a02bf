"""Consent: three decisions, a signature or a witnessed word, the photo set."""

import dataclasses

import pytest
from console_rig import walk_to

from console.domain.session_fold import fold
from console.domain.workflow import Phase


@pytest.fixture
def consent(stage):
    walk_to(stage.console, Phase.CONSENT)
    stage.live()
    return stage


@pytest.fixture
def minor(stage):
    front = stage.console.desk.front
    opened = dataclasses.replace(front.state.opened, age_years=16, adult_age_years=18)
    front.history[0] = dataclasses.replace(front.history[0], what=opened)
    front.state = fold(front.history)
    walk_to(stage.console, Phase.CONSENT)
    stage.live()
    return stage


def give_all(stage) -> None:
    for kind in ("treatment", "photos", "serum"):
        stage.click(f"consent.{kind}.give")


def test_given_signed_and_on(consent) -> None:
    assert consent.forward_hint() == "consent to the treatment is not given"
    give_all(consent)
    assert consent.forward_hint() == "the consent is not signed"
    consent.sign()
    consent.click("action.forward")
    assert consent.state.phase is Phase.ANESTHETIC
    signed = consent.state.signatures[-1][1]
    assert signed.strokes and signed.signer == "patient" and signed.witness_id == "PR-02"


def test_each_decision_keeps_the_hash_of_what_was_shown(consent) -> None:
    give_all(consent)
    for kind, given in consent.state.consents.items():
        assert given.text_sha256 == consent.console.library.consent(kind).text_sha256


def test_a_signature_alone_does_not_go_on(consent) -> None:
    consent.click("consent.treatment.give")
    consent.sign()
    assert not consent.button("action.forward").isEnabled()
    assert consent.forward_hint() == "photos and serum are not decided"
    assert consent.state.signatures == []


def test_refused_photos_and_serum_are_no_dead_end(consent) -> None:
    consent.click("consent.treatment.give")
    consent.click("consent.photos.refuse")
    consent.click("consent.serum.refuse")
    assert consent.state.photos[-1].declined_reason == "Consent to photographs refused"
    consent.sign()
    consent.click("action.forward")
    assert consent.state.phase is Phase.ANESTHETIC


def test_refused_treatment_takes_a_reason_and_leads_to_defer(consent) -> None:
    session_id = consent.console.desk.front.session_id
    consent.click("consent.treatment.refuse")
    assert "treatment" not in consent.state.consents
    consent.click("reason.wants_to_think_it_over")
    consent.click("reason.confirm")
    assert consent.state.consents["treatment"].reason == "Wants to think it over"
    consent.click("action.defer")
    assert consent.console.recorder.story[session_id][-1].what.outcome == "deferred"


def test_who_cannot_sign_says_why_before_a_witness(consent) -> None:
    give_all(consent)
    consent.click("signature.cannot")
    consent.click("witness.pr_01")
    consent.click("reason.hand_cannot_be_used")
    consent.click("reason.confirm")
    signed = consent.state.signatures[-1][1]
    assert (signed.strokes, signed.witness_id, signed.refused_reason) == ((), "PR-01", "Hand cannot be used")
    consent.click("action.forward")
    assert consent.state.phase is Phase.ANESTHETIC


def test_the_photo_set_is_decided_by_a_touch(consent) -> None:
    assert not consent.button("photos.taken").isEnabled(), "without consent no photo"
    consent.click("consent.photos.give")
    consent.click("photos.taken")
    consent.click("photos.count.3_photos")
    assert consent.state.photos[-1].count == 3
    consent.click("photos.none")
    consent.click("reason.camera_not_working")
    assert consent.state.photos[-1].declined_reason == "Camera not working"


def test_the_full_form_can_be_read(consent) -> None:
    consent.click("consent.serum.read")
    assert consent.there("consent.form")
    consent.click("overlay.close")
    assert consent.window.overlay is None


def test_a_cleared_signature_is_no_signature(consent) -> None:
    give_all(consent)
    consent.sign()
    consent.click("signature.clear")
    assert consent.forward_hint() == "the consent is not signed"


def test_a_chaperone_is_named_or_declined_by_a_touch(consent) -> None:
    consent.click("chaperone.who")
    consent.click("chaperone.none.patient_declines")
    assert consent.state.chaperone.declined_reason == "Patient declines"
    consent.click("chaperone.who")
    consent.find("chaperone.name").setText("Jo Roe")
    consent.click("chaperone.confirm")
    assert (consent.state.chaperone.name, consent.find("chaperone.who").text()) == ("Jo Roe", "Jo Roe")


def test_for_a_minor_the_guardian_is_named_and_a_chaperone_decided(minor) -> None:
    give_all(minor)
    minor.sign()
    assert minor.forward_hint() == "name the guardian"
    minor.click("guardian.who")
    assert not minor.find("guardian.confirm").isEnabled()
    minor.find("guardian.name").setText("Ann Roe")
    minor.click("guardian.relation.mother")
    minor.click("guardian.identity.passport")
    minor.click("guardian.confirm")
    assert minor.forward_hint() == "name a chaperone, or say why none"
    minor.click("chaperone.who")
    minor.click("chaperone.none.guardian_declines")
    minor.click("action.forward")
    signed = minor.state.signatures[-1][1]
    assert (signed.signer, signed.signer_name, signed.relation) == ("guardian", "Ann Roe", "Mother")
    assert signed.identity_check == "Passport" and len(signed.signed_sha256) == 64
    assert minor.state.phase is Phase.ANESTHETIC
