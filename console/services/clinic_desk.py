"""What stands round the treatments: incidents, room log, competences, emergency card, paper forms."""

from console.domain.clock import Clock
from console.domain.ports import Registry
from console.services.clinical_shelf import ClinicalShelf
from console.services.competence_desk import CompetenceDesk
from console.services.day_desk import DayDesk
from console.services.downtime_desk import DowntimeDesk
from console.services.emergency_access_desk import EmergencyAccessDesk
from console.services.emergency_desk import EmergencyDesk
from console.services.incident_desk import IncidentDesk
from console.services.room_log_desk import RoomLogDesk
from console.services.session_desk import SessionDesk
from console.services.staff_desk import StaffDesk


class ClinicDesk:
    """Holds the desks of the clinic's own records. It keeps nothing itself: all is in the registry."""

    def __init__(self, desk: SessionDesk, registry: Registry, clock: Clock, shelf: ClinicalShelf,
                 day: DayDesk, pen_id: str = "") -> None:
        self.incidents = IncidentDesk(desk, registry, clock, day.place.room)
        self.room = RoomLogDesk(desk, registry, clock, day.place.room)
        self.staff = CompetenceDesk(desk, registry, clock, shelf, day, pen_id)
        self.papers = DowntimeDesk(desk, registry, clock, shelf, day)
        self.emergency = EmergencyDesk(desk, registry, shelf)
        self.people = StaffDesk(desk, registry)
        self.emergencies = EmergencyAccessDesk(desk, registry, clock, day.place.station)
