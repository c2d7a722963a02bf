"""The report names every photo with its hash, struck ones with their reason."""

from pathlib import Path

from dossiers import FACE, PATIENT, STAFF, make_dossier
from printed import pages_of

from console.domain import session_events as ev
from console.domain.session_state import KeptPhoto
from console.services.clinical_parts import ClinicFacts
from ui.documents.session_report import write_session_report


def told(dossier, path: Path) -> str:
    write_session_report(path, dossier, PATIENT, STAFF, ClinicFacts(), "Verified")
    return " ".join(pages_of(path))


def test_photos_are_listed(tmp_path: Path) -> None:
    dossier = make_dossier(FACE)
    taken = ev.PhotoTaken("p1", "oblique_left", "before", "0123456789abcdef" * 4, 123_456, "cd" * 32, 1800, 2400,
                          "jpeg", "file")
    dossier.state.pictures["p1"] = KeptPhoto(taken, dossier.state.opened_at_us, "Eyes closed")
    text = told(dossier, tmp_path / "report.pdf")
    for word in ("Oblique, left", "Before", "1800 × 2400", "123,456", "0123456789abcdef", "Eyes closed"):
        assert word in text, word


def test_without_photos_it_says_why(tmp_path: Path) -> None:
    assert "No photos before: No consent" in told(make_dossier(FACE), tmp_path / "report.pdf")
