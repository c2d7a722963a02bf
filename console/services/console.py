"""What a page is given: the services of one console, in one frozen bundle."""

from collections.abc import Callable
from dataclasses import dataclass

from console.domain.clinic_ports import SyncState
from console.domain.clock import Clock
from console.domain.computer_ports import AnyDisk, DiskSpace
from console.domain.label_matrix import pen_id_of
from console.domain.pen_ports import NoPorts, PortSurvey
from console.domain.ports import ChainFault, Recorder, Registry
from console.services.adverse_event_desk import AdverseEventDesk
from console.services.alarm_board import AlarmBoard
from console.services.amending_desk import AmendingDesk
from console.services.audit_desk import AuditDesk
from console.services.backup_desk import BackupDesk
from console.services.clinic_desk import ClinicDesk
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.closing_desk import ClosingDesk
from console.services.course_desk import CourseDesk
from console.services.day_desk import DayDesk
from console.services.dose_desk import DoseDesk
from console.services.follow_up_desk import FollowUpDesk
from console.services.import_desk import ImportDesk
from console.services.keeping_desk import KeepingDesk
from console.services.lease_desk import LeaseDesk
from console.services.own_secrets import OwnSecrets
from console.services.page_check_desk import PageCheckDesk
from console.services.pen_station import PenStation
from console.services.photo_desk import PhotoDesk
from console.services.pin_guard import PinGuard
from console.services.product_desk import ProductDesk
from console.services.quality_desk import QualityDesk
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.review_desk import ReviewDesk
from console.services.sample_ring import SampleRing
from console.services.screening_desk import ScreeningDesk
from console.services.session_desk import SessionDesk

NO_PORTS, ANY_DISK = NoPorts(), AnyDisk()


@dataclass(frozen=True, slots=True)
class Console:
    """The services, wired by ``console.app.compose``. Pages call these and nothing else."""

    clock: Clock
    pen_clock: Clock  # stamps the samples; the same clock unless life is hastened
    registry: Registry
    recorder: Recorder
    shelf: ClinicalShelf
    desk: SessionDesk
    day: DayDesk
    screening: ScreeningDesk
    products: ProductDesk
    doses: DoseDesk
    closing: ClosingDesk
    station: PenStation
    alarms: AlarmBoard
    ring: SampleRing
    queries: QueryThread
    review: ReviewDesk
    follow_up: FollowUpDesk
    adverse: AdverseEventDesk
    photos: PhotoDesk
    courses: CourseDesk
    pins: PinGuard
    reading: ReadingGate
    audit: AuditDesk
    quality: QualityDesk
    survey: PortSurvey = NO_PORTS
    backups: BackupDesk | None = None
    damaged: tuple[ChainFault, ...] = ()  # open sessions whose record did not verify when they were taken up
    disk: DiskSpace = ANY_DISK
    keeping: KeepingDesk | None = None
    amending: AmendingDesk | None = None
    imports: ImportDesk | None = None
    own_secrets: OwnSecrets | None = None
    page_check: PageCheckDesk | None = None
    leases: LeaseDesk | None = None  # where several consoles share a clinic server
    sync: Callable[[], SyncState] | None = None  # there too
    secrets: QueryThread | None = None  # hashes of PINs and passwords; None: checked at once

    @property
    def clinic(self) -> ClinicDesk:
        """Give the desks of the clinic's own records; they keep nothing themselves."""
        pen_id = pen_id_of(self.station.pen.model) if self.station.pen is not None else ""
        return ClinicDesk(self.desk, self.registry, self.clock, self.shelf, self.day, pen_id)

    @property
    def library(self) -> ClinicalLibrary:
        """Give the clinical data the session in front goes by; without one that of now."""
        return self.shelf.for_session(self.desk.front)

    @property
    def marked_as(self) -> str:
        """Give what the folder is marked as: «demo», «bench» or nothing."""
        return self.day.place.marked_as
