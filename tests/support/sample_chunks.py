"""Samples and chunks made by hand, and a short needling they belong to."""

from treatments import PLAN, SESSION_ID

from console.domain import session_events as ev
from console.domain.history import ChunkHead
from console.domain.ports import StoredChunk
from console.domain.session_events import SessionEvent
from console.domain.session_fold import fold
from console.domain.telemetry import Sample, SampleFlag, pack_samples

T0_US = 1_795_000_000_000_000
PERIOD_US = 4000
RUN, SKIN, BY_SENSOR = SampleFlag.MOTOR_RUNNING, SampleFlag.SKIN_CONTACT, SampleFlag.DEPTH_MEASURED
NEEDLING = RUN | SKIN | BY_SENSOR
PEN = ev.PenBound("Aria M1", "A1-000042", "1.4.0", 7, PERIOD_US, 15000, 31, 12, "")


def sample(depth=1000, rate=11_000, flags=NEEDLING, dial=900):
    return Sample(dial, depth, rate, 300, int(flags))


def chunk(samples, first=0, *, boot=7, serial="A1-000042", t0_us=T0_US, marks=None, resent=False, period=PERIOD_US):
    head = ChunkHead(SESSION_ID, 1, serial, boot, first, len(samples), period,
                     marks or ((0, first * period),), t0_us, resent, bytes(32))
    return StoredChunk(head, bytes(32), pack_samples(samples))


def story(*timed):
    return fold([SessionEvent(T0_US + round(seconds * 1e6), "PR-02", what) for seconds, what in timed])


def needled():
    """Forehead from 0 to 2 s with a hold from 0.5 to 1 s; cheek from 2 to 3 s."""
    return story(
        (0, PLAN), (0, PEN), (0, ev.PassStarted("face.forehead", 1)), (0.5, ev.NeedlingPaused()),
        (1.0, ev.NeedlingResumed()), (2.0, ev.PassFinished("face.forehead", 1)),
        (2.0, ev.PassStarted("face.cheek_left", 1)), (3.0, ev.PassFinished("face.cheek_left", 1)))
