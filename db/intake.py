"""From tasks to units: samples become chunks, and an event closes the chunks before it."""

from uuid import UUID

from console.domain.telemetry import Batch
from db.backlog import Backlog
from db.sample_run import SampleRun
from db.write_tasks import ChunkUnit, EventsUnit, MergeUnit, SamplesTask, SynchroniseUnit, Task

CHUNK_WAITS_S = 0.4


class Intake:
    """Lives on the recorder thread; what was asked for again is gathered apart from what is live."""

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog
        self._runs: dict[tuple[UUID, bool], SampleRun] = {}
        self._latest: SampleRun | None = None  # nearly every batch goes on with it

    @property
    def gathering(self) -> bool:
        """Tell whether a chunk is in the making."""
        return bool(self._runs)

    @property
    def oldest_s(self) -> float | None:
        """Give when the oldest gathered sample was handed in (steady clock)."""
        return min((run.since_s for run in self._runs.values()), default=None)

    def enter(self, task: Task) -> None:
        """Take a task in; samples handed in before an event lie before it in the chain."""
        match task:
            case SamplesTask():
                self._gather(task)
                return
            case EventsUnit() | MergeUnit():
                self._close_all(task.session_id)
            case SynchroniseUnit():
                self._close_all(None)
            case _:
                pass
        self._backlog.add(task)

    def close_runs(self, *, everything: bool, now_s: float) -> None:
        """Close the chunks that have waited long enough."""
        for key, run in sorted(self._runs.items(), key=lambda pair: pair[1].since_s):
            if everything or now_s - run.since_s >= CHUNK_WAITS_S:
                self._close(key)

    def _gather(self, task: SamplesTask) -> None:
        latest, batch = self._latest, task.batch
        if latest is not None and latest.session_id is task.session_id and latest.goes_on(batch):
            if latest.count >= latest.full_at:
                self._close((latest.session_id, latest.first.resent))
        elif batch.count:
            self._begin_runs(task, batch)

    def _begin_runs(self, task: SamplesTask, batch: Batch) -> None:
        key: tuple[UUID, bool] = (task.session_id, batch.resent)
        rest: Batch | None = batch
        while rest is not None:
            run = self._runs.get(key)
            if run is not None and not run.continues_with(rest):
                self._close(key)
                run = None
            if run is None:
                run = self._runs[key] = SampleRun(task.session_id, rest, task.queued_s)
            self._latest = run
            rest = run.add(rest)
            if run.full:
                self._close(key)

    def _close_all(self, session_id: UUID | None) -> None:
        for key, _ in sorted(self._runs.items(), key=lambda pair: pair[1].since_s):
            if session_id is None or key[0] == session_id:
                self._close(key)

    def _close(self, key: tuple[UUID, bool]) -> None:
        run = self._runs.pop(key)
        self._latest = None
        first = run.first
        self._backlog.add(ChunkUnit(
            run.session_id, first.pen_serial, first.boot_id, first.first_index, run.count, first.period_us,
            tuple(run.marks), first.utc_us, first.resent, bytes(run.samples), run.since_s,
        ))
