"""Lines written event by event, from what is remembered, are those built anew from the history."""

from dataclasses import replace
from uuid import UUID

import pytest
import treatments as t
from store_kit import StillClock, batch, raw_connection

from console.domain.ports import AreaSummary
from console.domain.session_events import AlarmAcknowledged, AlarmEnded, AlarmRaised
from console.services.ids import new_id
from console.services.session_row import summarise
from db.data_folder import DataFolder
from db.rebuild import rebuild_read_models
from db.recorder_thread import RecorderThread
from db.session_store import SessionStore

TABLES = ("session_summary", "product_use", "alarm_summary", "session_facet", "facet", "month_figure")


AREA = AreaSummary(
    "face.chin", "Chin", 500, 1000, 2, 2, 60, 40.0, 700, 500, 900, 11_000, 0.5, 900, 40, "erythema", "measured")


def derived(folder: DataFolder) -> dict[str, list[tuple[object, ...]]]:
    raw = raw_connection(folder)
    try:
        rows = {name: sorted(raw.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in TABLES}
    finally:
        raw.close()
    rows["facet"] = [row for row in rows["facet"] if row[-1]]  # what was left by its last session stays, as nought
    rows["month_figure"] = [row for row in rows["month_figure"] if any(row[2:])]
    return rows


@pytest.mark.parametrize("forgetting", [False, True])
def test_what_is_kept_event_by_event_is_what_is_built_anew(
    folder: DataFolder, clock: StillClock, store: SessionStore, forgetting: bool,
) -> None:
    recorder = RecorderThread(folder, clock, summarise)
    recorder.start()
    session_id: UUID = new_id()
    history = list(t.walk().history)
    middle, last = history[len(history) // 2], history[-1]
    alarms = [
        replace(middle, what=AlarmRaised("a-1", "over_depth", "medium", "Deep", 900, 800, "face.chin", middle.at_us)),
        replace(middle, what=AlarmAcknowledged("a-1")), replace(middle, what=AlarmEnded("a-1", middle.at_us + 5))]
    history[len(history) // 2 + 1 : len(history) // 2 + 1] = alarms
    for number, one in enumerate(history):
        recorder.append(session_id, [one])
        if number % 7 == 3:
            recorder.add_samples(session_id, batch(number * 10, 10))
        if forgetting and number % 5 == 4:
            recorder.write(lambda connection: None)
        if number == len(history) - 4:
            recorder.save_area_summaries(session_id, [AREA])
        assert recorder.synchronise(10)
    row = store.row(session_id)
    assert row.alarms == 1 and row.median_depth_um == 700 and row.samples == 10 * len(range(3, len(history), 7))
    assert row.head == store.events(session_id)[-1].hash and row.closed_us == last.at_us
    kept = derived(folder)
    assert kept["product_use"] and kept["alarm_summary"][0][-1] is not None
    rebuild_read_models(recorder, summarise)
    assert derived(folder) == kept
    assert recorder.stop(10)
