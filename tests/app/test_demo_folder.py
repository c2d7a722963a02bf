"""The demo clinic in a real data folder: everything verifies, reads back and is found."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from uuid import UUID

import pytest
from demo_world import NOW_US, demo_library
from store_kit import StillClock, stored_areas

from console.app.demo_clinic import demo_codes, is_whole, seed_folder
from console.domain.ports import SessionFilter
from console.domain.session_fold import fold
from console.services.clinical_shelf import ClinicalShelf
from console.services.local_time import set_zone
from console.services.product_desk import ProductDesk
from console.services.session_desk import SessionDesk
from console.services.session_row import summarise
from db.data_folder import DEMO, DataFolder, create_folder
from db.photos import PhotoStore
from db.recorder_thread import RecorderThread
from db.registry import ClinicRegistry
from db.session_store import SessionStore
from db.verify import verify_folder

HALF_DAY_US = 12 * 3_600_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    set_zone(UTC)
    place: Path = tmp_path_factory.mktemp("clinic") / "demo"
    made = create_folder(place, DEMO, StillClock())
    seed_folder(made, StillClock(), NOW_US, sessions=30, with_telemetry=2)
    yield made
    made.close()
    set_zone(None)


@pytest.fixture
def store(folder: DataFolder) -> Iterator[SessionStore]:
    store = SessionStore(folder)
    yield store
    store.close()


def test_every_chain_verifies(folder: DataFolder):
    assert verify_folder(folder) == []


def test_every_session_is_found_newest_first(folder: DataFolder, store: SessionStore):
    rows = store.rows(SessionFilter(), 100, None)
    assert len(rows) == 30 == len(store.session_ids())
    assert [row.session_id for row in rows] == store.session_ids()
    assert {row.marked_as for row in rows} == {"demo"} and "open" not in {row.state for row in rows}
    assert [row.samples > 0 for row in rows[:3]] == [True, True, False]


def test_stand_in_photos_lie_beside_their_sessions(folder: DataFolder, store: SessionStore):
    recorder = RecorderThread(folder, StillClock(), summarise)  # never started: it is only read here
    shelf = PhotoStore(store, recorder)
    thumbs, named = shelf.thumbs("P-0412"), set()
    for session_id in shelf.sessions_of("P-0412"):
        named |= set(fold(one.event for one in store.events(session_id)).pictures)
    assert named == set(thumbs) and len(thumbs) >= 10
    assert all((shelf.body(one) or b"").startswith(b"\xff\xd8") for one in named)


def test_samples_and_figures_lie_beside_the_history(folder: DataFolder, store: SessionStore):
    newest = store.session_ids()[0]
    chunks = store.chunks(newest)
    assert sum(chunk.head.count for chunk in chunks) == store.row(newest).samples > 60_000
    areas = stored_areas(store, newest)
    assert areas and {area.provenance for area in areas} == {"measured"}


def test_the_day_and_the_people_are_there(folder: DataFolder, store: SessionStore):
    recorder = RecorderThread(folder, StillClock(), summarise)
    registry = ClinicRegistry(store, recorder, StillClock())
    assert is_whole(registry)
    assert registry.pin_check("PR-02")("1234") and not registry.pin_check("PR-02")("1235")
    day = registry.appointments(NOW_US - HALF_DAY_US, NOW_US + HALF_DAY_US)
    assert len(day) == 7
    assert store.row(UUID(day[0].session_id)).state == "sealed"
    assert registry.next_patient_id() == "P-0461"
    assert registry.recalled_lots() == {("ha-gel-5ml", "GG-2511")}


def test_a_recalled_lot_and_a_used_cartridge_are_known(folder: DataFolder, store: SessionStore):
    clock = StillClock()
    recorder = RecorderThread(folder, clock, summarise)
    registry, codes = ClinicRegistry(store, recorder, clock), demo_codes(NOW_US)
    shelf = ClinicalShelf(lambda edits: demo_library(), registry, clock)
    desk = ProductDesk(SessionDesk(clock, recorder), registry, shelf, clock)
    assert any("recalled" in one for one in desk.read(codes.recalled_glide).problems)
    assert desk.read(codes.glide).usable
    used, fresh = desk.read(codes.used_cartridge), desk.read(codes.cartridge)
    assert used.product is not None and used.product == fresh.product
    product_id = used.product.product_id
    assert registry.cartridge_used_in(product_id, used.lot, used.serial) is not None
    assert registry.cartridge_used_in(product_id, fresh.lot, fresh.serial) is None
