"""The photo desk: files in, pictures kept behind their bytes, an album that shows only what is proved and agreed."""

from dataclasses import replace
from pathlib import Path

import pytest
from camera_files import encoded, two_tone
from console_rig import close_console, make_console, start_session, walk_to
from photo_kit import FACE_VIEWS, developed, keep_set, picture_files

from console.domain import consenting, photos
from console.domain.errors import OperatorError, Refusal
from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.newest_files import newest_files


@pytest.fixture
def console(qapp):
    made = make_console()
    start_session(made)
    walk_to(made, Phase.ANESTHETIC)
    yield made
    close_console(made)


def wait(console):
    while console.queries.busy:
        console.queries.deliver()


def album(console):
    found, failed = [], []
    console.photos.album("P-0412", len, found.append, failed.append)
    wait(console)
    assert not failed
    return found[0]


def shelf(console):
    return console.photos._shelf


def test_a_set_is_kept_with_the_hash_of_its_stored_bytes(console, tmp_path: Path) -> None:
    receipt = keep_set(console, tmp_path)
    taken = [one.what for one in receipt.events if one.what.kind == "photo_taken"]
    assert [one.view for one in taken] == list(FACE_VIEWS)
    for one in taken:
        row = shelf(console).rows[one.photo_id]
        assert row.sha256.hex() == one.sha256 and len(row.picture.body) == one.size_bytes
    assert receipt.events[-1].what.count == 5


def test_files_that_are_none_say_why_and_the_others_go_on(console, tmp_path: Path) -> None:
    good = picture_files(tmp_path, 1)[0]
    heic, text = tmp_path / "a.heic", tmp_path / "b.png"
    heic.write_bytes(b"\0\0\0\x18ftypheic" + bytes(90))
    text.write_bytes(b"words")
    found = developed(console, [heic, good, text, tmp_path / "gone.png"])
    assert [one.picture is not None for one in found] == [False, True, False, False]
    assert "a.heic: HEIC pictures cannot be read here" in found[0].problem
    assert "b.png: It is neither a PNG nor a JPEG" in found[2].problem
    assert "gone.png cannot be read" in found[3].problem and "nothing was taken" in found[3].problem


def test_without_consent_no_byte_is_stored(console, tmp_path: Path) -> None:
    console.desk.do(consenting.withdraw_consent("photos", "changed their mind"))
    with pytest.raises(Refusal, match="withdrew"):
        keep_set(console, tmp_path)
    assert shelf(console).rows == {}


def test_what_the_database_does_not_take_is_not_in_the_history(console, tmp_path: Path) -> None:
    shelf(console).full = True
    front, failed = console.desk.front, []
    laid = {"frontal": developed(console, picture_files(tmp_path, 1))[0]}
    console.photos.keep(front, "before", laid, lambda _: pytest.fail("kept"), failed.append)
    wait(console)
    assert isinstance(failed[0], OperatorError) and front.state.pictures == {}


def test_a_consent_withdrawn_meanwhile_is_told(console, tmp_path: Path) -> None:
    front, failed = console.desk.front, []
    laid = {"frontal": developed(console, picture_files(tmp_path, 1))[0]}
    console.photos.keep(front, "before", laid, lambda _: pytest.fail("kept"), failed.append)
    console.desk.do(consenting.withdraw_consent("photos", "changed their mind"))
    wait(console)
    assert isinstance(failed[0], Refusal) and front.state.pictures == {}


def test_the_album_shows_what_is_proved(console, tmp_path: Path) -> None:
    keep_set(console, tmp_path, count=2)
    first = next(iter(shelf(console).rows.values()))
    shelf(console).rows[first.photo_id] = replace(first, picture=replace(first.picture, thumb=b"another"))
    shown = album(console)
    assert [one.preview is None for one in shown.photos] == [True, False]
    assert [one.session_number for one in shown.photos] == [3, 3]


def test_a_withdrawn_consent_withholds_the_album(console, tmp_path: Path) -> None:
    keep_set(console, tmp_path, count=2)
    console.desk.do(consenting.withdraw_consent("photos", "changed their mind"))
    shown = album(console)
    assert shown.photos == () and shown.withheld == 2


def test_looking_is_audited(console, tmp_path: Path) -> None:
    receipt = keep_set(console, tmp_path, count=1)
    album(console)
    got = []
    console.photos.picture(receipt.events[0].what, "P-0412", len, got.append, got.append)
    wait(console)
    seen = [one for one in console.registry.audits if one[1] == "photo_viewed"]
    assert [one[2] for one in seen] == ["P-0412", "P-0412"] and got[0] == receipt.events[0].what.size_bytes


@pytest.mark.parametrize(("body", "words"), [(None, "is missing"), (b"other", "was altered")])
def test_an_altered_picture_is_not_shown(console, tmp_path: Path, body, words) -> None:
    taken = keep_set(console, tmp_path, count=1).events[0].what
    row = shelf(console).rows.pop(taken.photo_id)
    if body is not None:
        shelf(console).rows[taken.photo_id] = replace(row, picture=replace(row.picture, body=body))
    failed = []
    console.photos.picture(taken, "P-0412", len, lambda _: pytest.fail("shown"), failed.append)
    wait(console)
    assert words in str(failed[0])


def test_follow_up_photos_go_to_a_sealed_session(console, tmp_path: Path) -> None:
    console.desk.put_away(console.desk.front.session_id)
    sealed_id = next(one for one in console.photos._reader.session_ids()
                     if console.photos._reader.row(one).state == "sealed")
    found, kept = [], []
    console.photos.last_session("P-0412", found.append, found.append)
    wait(console)
    assert isinstance(found[0], Session)
    laid = {"frontal": developed(console, picture_files(tmp_path, 1))[0]}
    console.photos.keep(found[0], "follow_up", laid, kept.append, kept.append)
    wait(console)
    assert [one.what.kind for one in kept[0].events] == ["photo_taken"]
    assert photos.latest(found[0].state, "follow_up").keys() == {"frontal"}
    assert console.desk.sessions == [] and console.recorder.story[sealed_id][-1].what.moment == "follow_up"


def test_nobody_sealed_has_no_follow_up(console) -> None:
    failed = []
    console.photos.last_session("P-0460", lambda _: pytest.fail("found"), failed.append)
    wait(console)
    assert "No session of P-0460 is sealed" in str(failed[0])


def test_the_newest_files_come_first(tmp_path: Path) -> None:
    files = picture_files(tmp_path, 3)
    (tmp_path / "notes.txt").write_text("no picture")
    assert tuple(one.path for one in newest_files(tmp_path, (".png", ".jpg"), 60)) == tuple(reversed(files))
    with pytest.raises(OperatorError, match="cannot be read"):
        newest_files(tmp_path / "none", (".png",))


def test_the_setting_bounds_the_long_edge(console, tmp_path: Path) -> None:
    console.registry.save_setting("photo.long_edge_px", "900", "MG-01")
    (tmp_path / "big.png").write_bytes(encoded(two_tone(1500, 400), "png"))
    picture = developed(console, [tmp_path / "big.png"])[0].picture
    assert picture is not None and picture.width_px == 900
