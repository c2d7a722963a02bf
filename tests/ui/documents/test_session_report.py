"""The printed record: complete, readable by any PDF reader, inside its margins, the same each time."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from dossiers import FACE, PATIENT, STAFF, AreaShape, chain_up, make_bench_dossier, make_dossier
from dossiers import assemble as assemble_dossier
from printed import fonts_of, ink_outside, pages_of, pictures_of

from console.domain import session_events as ev
from console.domain.errors import OperatorError
from console.domain.history import short_head
from console.domain.ports import ChainFault
from console.domain.session_events import SessionEvent
from console.domain.session_fold import fold
from console.services.review_desk import SessionDossier
from ui.documents.session_report import write_session_report

VERIFIED = "Verified 2026-11-17 13:42: all events and readings are as recorded."


@dataclass(frozen=True, slots=True)
class Clinic:
    name: str = "Clinic at the Old Harbour"
    address: str = "Speicherstraße 14\n20457 Hamburg"
    phone: str = "+49 40 5550 0199"


def report(dossier: SessionDossier, path: Path) -> list[str]:
    """Write a report and give the text of its pages."""
    count = write_session_report(path, dossier, PATIENT, STAFF, Clinic(), VERIFIED)
    pages = pages_of(path)
    assert len(pages) == count > 0
    return pages


def test_a_whole_treatment_is_told(tmp_path: Path) -> None:
    dossier = make_dossier(FACE)
    pages = report(dossier, tmp_path / "report.pdf")
    text = " ".join(pages)
    for word in (
        "Johanna Wiesner", "P-0412", "1992-03-14, 34 years", "Dr Annika Meyer (PR-02)", "3 of 6", "Room 2",
        "L24-0817", "C7-30951", "S0018842", "G-1190", "S-22107", "T-0412-3", "2027-03-31", "09506000134352",
        "Active acne in the area", "worked round it by 1 cm", "Valaciclovir since yesterday",
        "Patient does not want photos", "Signed by the patient, 2026-11-17 12:26 UTC+01:00",
        "12:27 12:57 13:02 34:30 60:00", "Depth above plan. Lift the pen.", "1.32 mm 1.15 mm 13:17:37 13:17:38",
        "241,000 250 The pen no longer held them", "Tue 22 Dec 2026", VERIFIED,
        "Dr Annika Meyer PR-02 2026-11-17 13:31:10 UTC+01:00 I performed and recorded this treatment PIN",
        "Mark, Cheek, left (taken back)", "estimate", "Depth, measured",
    ):
        assert word in text, word
    for number, area in enumerate(dossier.areas, 1):
        line = f"{number} {area.label} {area.planned_low_um / 1000:.2f}–{area.planned_high_um / 1000:.2f}"
        assert line in pages[0], line
    assert "The plan's range of the estimate" not in text
    aimed = dossier.state.areas["face.chin"]
    aimed.plan = replace(aimed.plan, punctures_low_per_cm2=1, punctures_high_per_cm2=2)
    assert "1 to 2 per cm²: Chin above it" in " ".join(report(dossier, tmp_path / "aimed.pdf"))
    assert dossier.head.hex() in pages[0]
    assert "penetrat" not in text.lower()


def test_every_page_bears_mark_head_and_number(tmp_path: Path) -> None:
    dossier = make_dossier(FACE)
    pages = report(dossier, tmp_path / "report.pdf")
    for number, page in enumerate(pages, 1):
        assert "Demo, not clinical" in page
        assert f"Chain head {short_head(dossier.head)} Page {number} of {len(pages)}" in page


def test_a_clinical_record_bears_no_mark(tmp_path: Path) -> None:
    assert "not clinical" not in " ".join(report(make_dossier(marked_as=""), tmp_path / "report.pdf"))


def test_fonts_are_embedded_and_their_letters_can_be_copied(tmp_path: Path) -> None:
    report(make_dossier(), tmp_path / "report.pdf")
    fonts = fonts_of(tmp_path / "report.pdf")
    assert fonts
    assert all("Inter" in name and (embedded, copied) == ("yes", "yes") for name, embedded, copied in fonts)


def test_the_same_session_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        report(make_dossier(), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert b"(D:20261117" in (tmp_path / "one.pdf").read_bytes()


def test_nothing_runs_into_the_margins_however_long_the_words(tmp_path: Path) -> None:
    long = [
        AreaShape(f"face.{number}", f"Area with a remarkably long name, part {number}", 900, 2, 6, 800)
        for number in range(24)
    ]
    dossier = make_dossier(tuple(long))
    row = replace(dossier.row, room="The large room at the end of the corridor on the second floor, " * 3)
    dossier = replace(dossier, row=row, fault=ChainFault(row.session_id, 12, "the hash does not match " * 20))
    pages = report(dossier, tmp_path / "report.pdf")
    assert " ".join(pages).count("0.75–1.05") == len(long)
    pictures = pictures_of(tmp_path / "report.pdf", tmp_path)
    assert len(pictures) == len(pages)
    assert [ink_outside(picture, 16.5) for picture in pictures] == [0] * len(pages)


def test_a_table_that_goes_on_repeats_its_head_and_leaves_no_single_row(tmp_path: Path) -> None:
    pages = report(make_dossier(FACE), tmp_path / "report.pdf")
    history = [page for page in pages if "No. Time By What" in page]
    assert len(history) >= 2
    assert history[-1].split("What", 1)[1].count("PR-02") >= 4


def test_an_altered_record_says_so(tmp_path: Path) -> None:
    dossier = make_dossier()
    broken = replace(dossier, fault=ChainFault(dossier.row.session_id, 12, "its hash does not match"))
    text = report(broken, tmp_path / "report.pdf")[0]
    assert "Entry 12 is not as it was recorded: its hash does not match" in text
    assert VERIFIED not in text


def test_an_open_session_is_not_called_sealed(tmp_path: Path) -> None:
    text = " ".join(report(make_dossier(sealed=False), tmp_path / "report.pdf"))
    assert "Not sealed, open" in text
    assert "Not signed." in text


def test_needling_by_hand_says_entered_by_hand(tmp_path: Path) -> None:
    told = [one.event for one in make_dossier(sealed=False).events]
    unwanted = (ev.PenBound, ev.RecordingBegan, ev.RecordingEnded, ev.GapRecorded)
    kept = [one for one in told if not isinstance(one.what, unwanted)]
    place = next(at for at, one in enumerate(kept) if isinstance(one.what, ev.PassFinished))
    at_us = kept[place].at_us
    kept[place:place] = [
        SessionEvent(at_us, "PR-02", ev.ManualModeChosen("the pen has no data port")),
        SessionEvent(at_us, "PR-02", ev.ManualSettings("face.forehead", 720, 10500)),
    ]
    events, chunks, head = chain_up(kept, [])
    pages = report(assemble_dossier(fold(kept), events, chunks, head), tmp_path / "report.pdf")
    text = " ".join(pages)
    assert "entered by hand: Forehead" in text
    assert "Forehead 0.60–0.90 0.72 – 105" in text
    assert "by hand, no readings" in text
    assert "No readings were recorded." in text
    assert "Depth and speed" not in text


def test_a_bench_capture_has_a_report_too(tmp_path: Path) -> None:
    pages = report(make_bench_dossier(), tmp_path / "bench.pdf")
    text = " ".join(pages)
    for word in ("Bench capture", "socket://localhost:7011", "5,000", "Bench, not clinical", "Depth, set"):
        assert word in text, word
    assert "Screening" not in text


def test_a_place_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OperatorError, match="could not be written"):
        write_session_report(tmp_path / "file" / "r.pdf", make_dossier(), PATIENT, STAFF, Clinic(), VERIFIED)
