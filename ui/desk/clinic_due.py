"""What of the clinic's own records is due today, in a few calm words."""

from console.domain.clinic_ports import sync_words
from console.domain.people import Role
from console.services.console import Console
from console.services.event_words import counted


def due_words(console: Console) -> tuple[str, ...]:
    """Give what is due: the room's duties for everybody; incidents and competences for who leads."""
    clinic, actor = console.clinic, console.desk.actor
    duties = [one.duty.text for one in clinic.room.due_today()]
    words = [f"Due here: {duties[0].lower()}" if len(duties) == 1 else f"{len(duties)} duties due here"
             ] if duties else []
    if actor is not None and actor.role is not Role.PRACTITIONER:
        late, ending = clinic.incidents.overdue_count(), len(clinic.staff.ending())
        words += [f"{counted(late, 'incident')} overdue"] if late else []
        words += [f"{counted(ending, 'competence')} ending"] if ending else []
    waiting = len(clinic.emergencies.to_answer())
    words += [f"{counted(waiting, 'emergency access')} to answer for"] if waiting else []
    backups = console.backups
    words += [f"Last backup {backups.last_words()}"] if backups is not None and backups.last_good is not None else []
    server = sync_words(console.sync()) if console.sync is not None else ""
    return tuple([*words, server] if server else words)
