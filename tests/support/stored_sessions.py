"""Dossiers written to a real folder by its recorder: the samples as chunks, the events in their order of time."""

from dataclasses import replace
from uuid import UUID

from dossiers import PERIOD_US, SERIAL

from console.domain.session_events import SessionEvent, SessionOpened
from console.domain.telemetry import Batch
from console.services.ids import new_id
from console.services.review_desk import SessionDossier
from db.recorder_thread import RecorderThread

WAIT_S = 30.0


def store_dossier(recorder: RecorderThread, dossier: SessionDossier, later_us: int = 0, patient_id: str = "") -> UUID:
    """Write a dossier's session, ``later_us`` after its own times; give its new id."""
    session_id, events = new_id(), []
    for one in dossier.events:
        what = one.event.what
        if isinstance(what, SessionOpened) and patient_id:
            what = replace(what, patient_id=patient_id)
        events.append(SessionEvent(one.event.at_us + later_us, one.event.actor_id, what))
    recorder.append(session_id, events[:1])
    for chunk in dossier.chunks:
        head = chunk.head
        recorder.add_samples(session_id, Batch(
            SERIAL, head.boot_id, head.first_index, head.count, PERIOD_US, head.pen_time_marks[0][1],
            head.t0_utc_us + later_us, 0.0, chunk.samples, head.resent))
    recorder.append(session_id, events[1:])
    assert recorder.synchronise(WAIT_S)
    return session_id
