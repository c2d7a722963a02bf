"""From check-in to removal by touches and scans alone."""

from console_rig import barcode

from console.domain.workflow import Phase


def test_a_face_from_check_in_to_preparation(stage) -> None:
    stage.click("match.name")
    stage.click("match.birth_date")
    stage.click("action.forward")
    for group_id in ("skin_stops", "health_stops"):
        for rule_id in [rule.rule_id for rule in stage.state.rules if rule.group_id == group_id]:
            stage.click(f"answer.{rule_id}.no")
        stage.live(0.1)
        stage.live(0.4)
    for group_id in ("skin_precautions", "health_precautions", "anesthetic"):
        stage.hold(f"confirm_group.{group_id}")
        stage.live(0.1)
        stage.live(0.4)
    stage.click("action.forward")
    for kind in ("treatment", "photos", "serum"):
        stage.click(f"consent.{kind}.give")
    stage.sign()
    stage.click("action.forward")
    stage.window._scanned(barcode("numb-lmx4"))
    stage.live()
    stage.click("anesthetic.apply")
    stage.live(31 * 60)
    stage.hold("anesthetic.removed")
    stage.click("action.forward")
    assert stage.state.phase is Phase.PREPARATION
    assert stage.touches <= 36
    wanted = ["patient_confirmed", "screening_begun", "screening_group_confirmed", "consent_recorded",
              "signature_drawn", "anesthetic_applied", "anesthetic_removed"]
    assert [kind for kind in dict.fromkeys(stage.kinds()) if kind in wanted] == wanted
