"""Two people on one session: who led it when is told by the record, the report and the export."""

from typing import Any

from dossiers import PATIENT, SMALL, STAFF, make_dossier
from printed import pages_of
from rig_ports import START

from console.domain.clock import to_utc_us
from console.domain.session_events import HandedOver, SessionEvent
from console.exports.fhir_bundle import FhirCase, fhir_bundle
from console.services.local_time import clock_text
from console.services.record_words import led_by
from console.services.review_desk import SessionDossier
from ui.documents.session_report import write_session_report
from ui.review.used_rows import used_lines

WHEN_US = to_utc_us(START)


class Clinic:
    name, address, phone = "Clinic", "", ""


def handed() -> SessionDossier:
    """Give a session that PR-02 began and PR-05 took over."""
    dossier = make_dossier(SMALL)
    dossier.state.log.append((len(dossier.state.log) + 1, SessionEvent(WHEN_US, "PR-02", HandedOver("PR-02", "PR-05"))))
    dossier.state.practitioner_id = "PR-05"
    return dossier


def test_who_led_it_in_order_and_from_when() -> None:
    assert led_by(make_dossier(SMALL).state) == [("PR-02", None)]
    assert led_by(handed().state) == [("PR-02", None), ("PR-05", WHEN_US)]


def test_the_report_names_both_with_the_hour(tmp_path) -> None:
    write_session_report(tmp_path / "report.pdf", handed(), PATIENT, STAFF, Clinic(), "")
    front = " ".join(pages_of(tmp_path / "report.pdf")[0].split())
    assert "Dr Annika Meyer (PR-02); from" in front and f"{clock_text(WHEN_US)} Tomas Ferreira (PR-05)" in front


def test_the_session_s_panel_and_the_export_name_both() -> None:
    dossier = handed()
    assert ("Practitioner", "", "PR-02, PR-05") in used_lines(dossier.state)
    case = FhirCase("3f0c", "Clinic", "1 Street", "+49 30 1", PATIENT, STAFF, ())
    visit: dict[str, Any] = next(one["resource"] for one in fhir_bundle(dossier, case)["entry"]
                                 if one["resource"]["resourceType"] == "Encounter")
    assert len({one["individual"]["reference"] for one in visit["participant"]}) == 2
