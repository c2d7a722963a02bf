"""The rig's ports in memory: clock, recorder, reader, registry and a pen link a test plays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from console.domain.clinic_records import ClinicRecord, RecordFilter
from console.domain.errors import OperatorError
from console.domain.history import ChunkHead
from console.domain.people import Appointment, CatalogProduct, Course, Patient, Role, SignInTries, Staff, StaffVersion
from console.domain.photo_ports import PhotoRow
from console.domain.ports import (
    RecorderState,
    SessionFilter,
    SessionRow,
    StoredChunk,
    StoredEvent,
    StoredRun,
    StoredSamples,
)
from console.domain.products import check_digit
from console.domain.quality_ports import LotUse
from console.domain.session_events import SessionEvent
from console.domain.session_list import ListOutline, ListSpan, SessionUse
from console.domain.station_proof import NOT_SIGNED, RecordProof
from console.domain.telemetry import (
    Batch,
    LinkCounters,
    LinkNotice,
    LinkState,
    PenDescription,
    PenStatus,
    Sample,
    SampleFlag,
    pack_samples,
)
from console.services.sample_fanout import SampleFanout
from console.services.sample_table import columns_of
from console.services.session_row import summarise

START = datetime(2026, 11, 17, 11, 24, tzinfo=UTC)
PIN = "1234"
PASSWORD = "four quiet words"
MINUTE_S = 60.0
DAY_S = 86_400.0
PEN = PenDescription("Aria M1", "A1-000042", "1.4.0", 7, 4000, 15_000, 31, 12, "")


class RigClock:
    """A clock that moves only when told."""

    def __init__(self, start: datetime = START) -> None:
        self._utc_us = round(start.timestamp()) * 1_000_000
        self._steady_s = 1000.0

    def utc_us(self) -> int:
        return self._utc_us

    def monotonic_s(self) -> float:
        return self._steady_s

    def now(self) -> tuple[int, float]:
        """Give both readings."""
        return self._utc_us, self._steady_s

    def set(self, readings: tuple[int, float]) -> None:
        """Go to a moment given by ``now``."""
        self._utc_us, self._steady_s = readings

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._utc_us += round(seconds * 1_000_000)
        self._steady_s += seconds


class RigRecorder:
    """Commits at once. ``slow``: nothing is committed until ``catch_up``; ``failing``: a sentence, none is."""

    def __init__(self) -> None:
        self.slow = False
        self.failing = ""
        self.story: dict[UUID, list[SessionEvent]] = {}
        self.batches: list[tuple[UUID, Batch]] = []
        self._waiting: list[tuple[UUID, tuple[SessionEvent, ...]]] = []
        self._issued = self._saved = 0

    def append(self, session_id: UUID, events: Sequence[SessionEvent]) -> int:
        self._issued += 1
        self._waiting.append((session_id, tuple(events)))
        if not self.slow and not self.failing:
            self.catch_up()
        return self._issued

    def catch_up(self) -> None:
        """Commit what waits."""
        for session_id, events in self._waiting:
            self.story.setdefault(session_id, []).extend(events)
        self._waiting.clear()
        self._saved = self._issued

    def add_samples(self, session_id: UUID, batch: Batch) -> None:
        self.batches.append((session_id, batch))

    def state(self) -> RecorderState:
        return RecorderState(self._saved, self._issued, self.failing, 1.0 if self._waiting else 0.0, 0,
                             sum(batch.count for _, batch in self.batches))

    def take_unsaved(self):
        return []

    def synchronise(self, timeout_s: float) -> bool:
        return not self._waiting


class RigShelf:
    """Pictures in memory; ``full``: nothing can be stored."""

    def __init__(self) -> None:
        self.rows: dict[str, PhotoRow] = {}
        self.full = False

    def keep(self, rows: Sequence[PhotoRow], actor_id: str) -> None:
        if self.full:
            raise OperatorError("The change is not confirmed as saved", "nothing else was lost", "try again")
        self.rows |= {row.photo_id: row for row in rows}

    def sessions_of(self, patient_id: str) -> list[UUID]:
        return list(dict.fromkeys(row.session_id for row in self.rows.values() if row.patient_id == patient_id))

    def thumbs(self, patient_id: str) -> dict[str, bytes]:
        return {row.photo_id: row.picture.thumb for row in self.rows.values() if row.patient_id == patient_id}

    def body(self, photo_id: str) -> bytes | None:
        row = self.rows.get(photo_id)
        return row.picture.body if row else None


class RigReader:
    """Reads back what the recorder committed."""

    def __init__(self, recorder: RigRecorder) -> None:
        self._recorder = recorder

    def session_ids(self) -> list[UUID]:
        return sorted(self._recorder.story, reverse=True)

    def find_session(self, text: str) -> UUID:
        found = [one for one in self.session_ids() if str(one).startswith(text)]
        if text == "last":
            found = self.session_ids()[:1]
        if len(found) != 1:
            raise OperatorError(f"No session is called {text}")
        return found[0]

    def events(self, session_id: UUID) -> list[StoredEvent]:
        story = self._recorder.story.get(session_id, [])
        return [StoredEvent(session_id, place, event, bytes(32)) for place, event in enumerate(story, 1)]

    def chunks(self, session_id: UUID) -> list[StoredChunk]:
        """Give each batch as a chunk; no chain is made here."""
        return [
            StoredChunk(ChunkHead(
                owner, number, batch.pen_serial, batch.boot_id, batch.first_index, batch.count, batch.period_us,
                ((0, batch.pen_time_us),), batch.utc_us, batch.resent, bytes(32)), bytes(32), batch.samples)
            for number, (owner, batch) in enumerate(self._recorder.batches, 1) if owner == session_id]

    def samples(self, session_id: UUID) -> StoredSamples:
        return columns_of(self.chunks(session_id))

    def proof(self, session_id: UUID) -> RecordProof:
        return NOT_SIGNED

    def stored_runs(self, session_id: UUID) -> list[StoredRun]:
        boots: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for owner, batch in self._recorder.batches:
            if owner == session_id:
                parts = boots.setdefault((batch.pen_serial, batch.boot_id), [])
                if parts and parts[-1][1] == batch.first_index:
                    parts[-1] = (parts[-1][0], batch.end_index)
                else:
                    parts.append((batch.first_index, batch.end_index))
        return [StoredRun(*boot, *part) for boot, parts in boots.items() for part in parts]

    def row(self, session_id: UUID) -> SessionRow:
        samples = sum(batch.count for owner, batch in self._recorder.batches if owner == session_id)
        row = summarise(session_id, self.events(session_id), samples, bytes(32))
        if row is None:
            raise OperatorError(f"There is no session {session_id}")
        return row

    def rows(self, wanted: SessionFilter, limit: int, before: int | None = None, skip: int = 0) -> list[SessionRow]:
        found = [replace(row, place=row.opened_us) for row in map(self.row, self.session_ids())]
        found = [one for one in found if wanted.text.casefold() in one.patient_id.casefold()
                 and (before is None or one.place < before)]
        return sorted(found, key=lambda one: -one.place)[skip : skip + limit]

    def rows_after(self, wanted: SessionFilter, limit: int, after: int) -> list[SessionRow]:
        return []

    def outline(self, wanted: SessionFilter, below: int | None = None) -> ListOutline:
        return ListOutline((ListSpan(1 << 62, 0, self.count(wanted)),))

    def months(self, kind: object, value: str) -> list[object]:
        return []

    def choices(self, wanted: SessionFilter, kind: object, limit: int) -> list[object]:
        return []

    def count(self, wanted: SessionFilter) -> int:
        return len(self.rows(wanted, 100_000))

    def last_of_patient(self, patient_id: str, before_us: int) -> SessionRow | None:
        found = [self.row(one) for one in self._recorder.story]
        found = [one for one in found if one.patient_id == patient_id and one.state == "sealed"
                 and one.opened_us < before_us]
        return max(found, key=lambda one: one.opened_us, default=None)

    def last_treatments(self) -> dict[str, int]:
        rows = sorted((self.row(one) for one in self._recorder.story), key=lambda one: one.opened_us)
        return {one.patient_id: one.opened_us for one in rows if one.outcome == "finished"}


def gtin_of(number: int) -> str:
    """Give a GTIN-14 of the range kept for examples, with its check digit."""
    digits = f"0950600013{number:03d}"
    return digits + check_digit(digits)


PRODUCTS = (
    CatalogProduct("numb-lmx4", gtin_of(1), "Lidocaine cream 4 %", "anesthetic", "lmx4"),
    CatalogProduct("numb-blt", gtin_of(2), "BLT cream, compounded", "anesthetic", "blt"),
    CatalogProduct("cart-12", gtin_of(3), "12-needle cartridge", "cartridge", needles=12),
    CatalogProduct("glide-ha", gtin_of(4), "Hyaluronic gel, sterile", "glide", "ha_gel_sterile"),
    CatalogProduct("serum-ha", gtin_of(5), "Hyaluronic serum, sterile", "serum", "ha_serum_sterile"),
    CatalogProduct("serum-c", gtin_of(6), "Vitamin C serum", "serum", "vitamin_c_serum"),
)


def barcode(product_id: str, lot: str = "L24-0871", expiry: str = "270331", serial: str = "") -> str:
    """Give the scan of a package: GTIN, lot, expiry, serial."""
    product = next(one for one in PRODUCTS if one.product_id == product_id)
    return f"]d201{product.gtin}10{lot}\x1d17{expiry}" + (f"21{serial}" if serial else "")


class RigRegistry:
    """Reference data in lists; every PIN is 1234."""

    def __init__(self) -> None:
        self._patients = {
            one.patient_id: one for one in (
                Patient("P-0412", "Anna Keller", "1992-03-04", "III", "+44 20 7946 0001", note="Type 2 diabetes"),
                Patient("P-0460", "Maya Lindqvist", "1985-07-19", "II", colour="#1B7650"),
                Patient("P-0377", "Ines Duarte", "1979-11-02", "IV", colour="#755000"),
                Patient("P-0231", "Tom Becker", "2006-01-30", "II", colour="#A3241B"),
            )}
        self._staff = [Staff("PR-02", "A. Meyer", Role.PRACTITIONER), Staff("PR-01", "L. Novak", Role.PRACTITIONER),
                       Staff("MG-01", "C. Okafor", Role.MANAGER)]
        self._courses = {
            "C-0412": Course("C-0412", "P-0412", "facial_acne_scars", 6, 1, 30, 61),
            "C-0460": Course("C-0460", "P-0460", "facial_wrinkles", 4, 0, 30, 61),
        }
        self._appointments: dict[str, Appointment] = {}
        self._settings: dict[str, str] = {}
        self.recalled: set[tuple[str, str]] = set()
        self.added: list[CatalogProduct] = []
        self.used_cartridges: dict[tuple[str, str, str], UUID] = {}
        self.audits: list[tuple[str, str, str, str]] = []
        self._records: list[ClinicRecord] = []

    def patients(self, text: str = "", limit: int = 50) -> list[Patient]:
        wanted = text.casefold()
        return [one for one in self._patients.values()
                if wanted in f"{one.patient_id} {one.name} {one.birth_date}".casefold()][:limit]

    def patient(self, patient_id: str) -> Patient:
        if patient_id not in self._patients:
            raise OperatorError(f"There is no patient {patient_id}", todo="check the id")
        return self._patients[patient_id]

    def save_patient(self, patient: Patient, actor_id: str) -> None:
        self._patients[patient.patient_id] = patient

    def next_patient_id(self) -> str:
        return "P-0461"

    def staff(self) -> list[Staff]:
        return list(self._staff)

    def pin_check(self, staff_id: str) -> Callable[[str], bool]:
        return lambda pin: pin == PIN and any(one.staff_id == staff_id for one in self._staff)

    def sign_in_tries(self, staff_id: str) -> SignInTries:
        return SignInTries(0, 0)

    def staff_versions(self, staff_id: str) -> list[StaffVersion]:
        return [StaffVersion(one, 1, 0, "AD-01", True, False) for one in self._staff if one.staff_id == staff_id]

    def password_check(self, staff_id: str) -> Callable[[str], bool]:
        return lambda password: password == PASSWORD and any(one.staff_id == staff_id for one in self._staff)

    def save_staff(self, member: Staff, pin: str, actor_id: str, password: str | None = None) -> None:
        self._staff = [one for one in self._staff if one.staff_id != member.staff_id] + [member]

    def courses(self, patient_id: str) -> list[Course]:
        return [one for one in self._courses.values() if one.patient_id == patient_id]

    def running_courses(self) -> list[Course]:
        return [one for one in self._courses.values() if not one.length or one.done < one.length]

    def save_course(self, course: Course, actor_id: str) -> None:
        self._courses[course.course_id] = course

    def appointments(self, from_us: int, until_us: int) -> list[Appointment]:
        return sorted((one for one in self._appointments.values() if from_us <= one.starts_us < until_us),
                      key=lambda one: one.starts_us)

    def save_appointment(self, appointment: Appointment, actor_id: str) -> None:
        self._appointments[appointment.appointment_id] = appointment

    def products(self) -> list[CatalogProduct]:
        return list({one.product_id: one for one in (*PRODUCTS, *self.added)}.values())

    def save_product(self, product: CatalogProduct, actor_id: str) -> None:
        self.added.append(product)

    def save_recalled_lot(self, product_id: str, lot: str, recalled: bool, actor_id: str) -> None:
        (self.recalled.add if recalled else self.recalled.discard)((product_id, lot))

    def save_recall(self, record: ClinicRecord, product_id: str, lot: str, recalled: bool, actor_id: str) -> None:
        self.save_record(record, actor_id)
        self.save_recalled_lot(product_id, lot, recalled, actor_id)

    def recalled_lots(self) -> set[tuple[str, str]]:
        return set(self.recalled)

    def cartridge_used_in(self, product_id: str, lot: str, serial: str) -> UUID | None:
        return self.used_cartridges.get((product_id, lot, serial))

    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]:
        return {one: self.patient(one) for one in patient_ids}

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]:
        newest = {(one.kind, one.record_id): one for one in self._records}
        found = [one for one in newest.values() if one.kind == wanted.kind and all(
            getattr(wanted, name) in ("", getattr(one, name))
            for name in ("state", "subject_id", "patient_id", "session_id"))
            and (not wanted.due_until or "" < one.due <= wanted.due_until) and one.due >= wanted.due_from]
        found = [one for one in found if wanted.after is None or (one.due, one.record_id) > wanted.after]
        return sorted(found, key=lambda one: (one.due == "", one.due, one.record_id))[:wanted.most or None]

    def record_versions(self, record: ClinicRecord) -> list[ClinicRecord]:
        return [one for one in self._records if (one.kind, one.record_id) == (record.kind, record.record_id)]

    def save_record(self, record: ClinicRecord, actor_id: str) -> None:
        rev = len(self.record_versions(record)) + 1
        self._records.append(replace(record, rev=rev, changed_by=actor_id))

    def setting(self, name: str, default: str = "") -> str:
        return self._settings.get(name, default)

    def save_setting(self, name: str, value: str, actor_id: str) -> None:
        self._settings[name] = value

    def remember_setting(self, name: str, value: str, actor_id: str) -> None:
        self.save_setting(name, value, actor_id)

    def audit(self, actor_id: str, action: str, subject: str, detail: str = "") -> None:
        self.audits.append((actor_id, action, subject, detail))


class ScriptedLink:
    """A pen link a test plays: ``show_pen``, ``lose``, ``push`` samples, ``push_status``."""

    def __init__(self, clock: RigClock) -> None:
        self._clock = clock
        self._sink: SampleFanout | None = None
        self._notice = LinkNotice(LinkState.CLOSED, "not looking yet", "", None)
        self._index, self._recording = 0, 0
        self.streaming = False
        self.accepted: list[str] = []

    def attach(self, sink: SampleFanout) -> None:
        self._sink = sink

    def notice(self, notice: LinkNotice) -> None:
        """Let the link say something."""
        self._notice = notice
        assert self._sink is not None
        self._sink.on_notice(notice)

    def show_pen(self, pen: PenDescription = PEN, state: LinkState = LinkState.READY) -> None:
        """Let a pen answer."""
        self.notice(LinkNotice(state, "connected", "sim://1", pen))

    def lose(self, retries: int = 1) -> None:
        """Pull the cable."""
        self.notice(LinkNotice(LinkState.LOST, "the cable is out", "sim://1", self._notice.pen, retries))

    def push(self, count: int = 25, depth_um: int = 1000, rate_chz: int = 11_000, contact: bool = True,
             set_depth_um: int = 1000, load_ma: int = 300) -> None:
        """Let samples arrive, all alike, ending now."""
        flags = SampleFlag.MOTOR_RUNNING | SampleFlag.CARTRIDGE_PRESENT | SampleFlag.DEPTH_MEASURED
        flags |= SampleFlag.SKIN_CONTACT if contact else 0
        one = Sample(set_depth_um, depth_um, rate_chz, load_ma, int(flags))
        pen = self._notice.pen or PEN
        span_us = count * pen.period_us
        batch = Batch(pen.serial, pen.boot_id, self._index, count, pen.period_us, self._index * pen.period_us,
                      self._clock.utc_us() - span_us, self._clock.monotonic_s(), pack_samples([one] * count))
        self._index += count
        assert self._sink is not None
        self._sink.on_samples(batch, self._recording)

    def push_status(self, battery_percent: int | None = 84) -> None:
        """Let a heartbeat arrive."""
        pen = self._notice.pen or PEN
        assert self._sink is not None
        self._sink.on_pen_status(PenStatus(pen.serial, pen.boot_id, self._index, battery_percent, 2900, 0))

    def open(self, port: str) -> None:
        self._notice = LinkNotice(LinkState.OPENING, "looking", port, None)

    def close(self) -> None:
        self._notice = LinkNotice(LinkState.CLOSED, "closed", "", None)

    def set_streaming(self, on: bool) -> None:
        self.streaming = on

    def begin_recording(self, window: int = 1) -> None:
        self._recording = window

    def end_recording(self, wait_s: float) -> None:
        self._recording = 0

    def recording_settled(self, window: int | None = None) -> bool:
        return not self._recording or window not in (None, self._recording)

    def accept_pen(self, serial: str) -> None:
        self.accepted.append(serial)

    def state(self) -> LinkNotice:
        return self._notice

    def counters(self) -> LinkCounters:
        return LinkCounters(frames=self._index)

    def pen(self) -> PenDescription | None:
        return self._notice.pen


class RigQuality:
    """A manager's questions over many sessions, answered from the registry alone."""

    def __init__(self, registry: RigRegistry) -> None:
        self._registry = registry

    def uses_of_serial(self, serial: str) -> list[SessionUse]:
        return []

    def products(self) -> list[CatalogProduct]:
        return self._registry.products()

    def lots_of(self, product_ids: Sequence[str]) -> list[LotUse]:
        return []

    def names_of_lot(self, text: str) -> list[str]:
        return []

    def patients_of(self, patient_ids: Sequence[str]) -> dict[str, Patient]:
        return self._registry.patients_of(patient_ids)

    def former_treatments(self, places: Sequence[int]) -> dict[int, int]:
        return {}

    def records(self, wanted: RecordFilter) -> list[ClinicRecord]:
        return self._registry.records(wanted)
