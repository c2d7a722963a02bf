"""Every page of the console, by key. To add a page: write it and add its line here."""

from functools import partial

from console.app.page_acts import PageActs
from console.services.compare_desk import CompareDesk
from console.services.console import Console
from ui.desk.audit import AuditLogPage
from ui.desk.catalogue import CataloguePage
from ui.desk.competences import CompetencesPage
from ui.desk.downtime import DowntimePage
from ui.desk.follow_up import FollowUpPage
from ui.desk.imports import ImportsPage
from ui.desk.incidents import IncidentsPage
from ui.desk.patients import PatientsPage
from ui.desk.people import PeoplePage
from ui.desk.room_log import RoomLogPage
from ui.desk.settings import SettingsPage
from ui.desk.sign_in import SignInPage
from ui.desk.today import TodayPage
from ui.page import Page
from ui.review.compare_page import ComparePage
from ui.review.exceptions import ExceptionsPage
from ui.review.insights import InsightsPage
from ui.review.recall import RecallPage
from ui.review.session_page import SessionPage
from ui.review.sessions import SessionsPage
from ui.room.aftercare import AftercarePage
from ui.room.anesthetic import AnestheticPage
from ui.room.check_in import CheckInPage
from ui.room.consent import ConsentPage
from ui.room.needling import NeedlingPage
from ui.room.preparation import PreparationPage
from ui.room.right_patient import RightPatientPage
from ui.room.screening import ScreeningPage
from ui.room.serum import SerumPage
from ui.room.sign_off import SignOffPage
from ui.room.stopped import StoppedPage


def build_pages(console: Console, acts: PageActs) -> dict[str, Page]:
    """Build every page once; they live as long as the window."""
    return {
        "sign_in": SignInPage(console, acts.signed_in),
        "today": TodayPage(console, acts.set_theme),
        "patients": PatientsPage(console),
        "incidents": IncidentsPage(console, acts.export_incidents),
        "room_log": RoomLogPage(console, acts.export_room_log),
        "competences": CompetencesPage(console),
        "follow_up": FollowUpPage(console, acts.save_medwatch),
        "people": PeoplePage(console),
        "audit": AuditLogPage(console, acts.save_audit),
        "downtime": DowntimePage(console, acts.print_form),
        "catalogue": CataloguePage(console),
        "imports": ImportsPage(console),
        "check_in": CheckInPage(console),
        "right_patient": RightPatientPage(console),
        "screening": ScreeningPage(console),
        "consent": ConsentPage(console),
        "anesthetic": AnestheticPage(console),
        "preparation": PreparationPage(console),
        "needling": NeedlingPage(console),
        "serum": SerumPage(console),
        "aftercare": AftercarePage(console, acts.save_aftercare),
        "sign_off": SignOffPage(console, acts.save_report),
        "stopped": StoppedPage(console, acts.save_report),
        "settings": SettingsPage(
            console, acts.save_recovery_sheet if acts.keeps_wrapped_keys else None, acts.voice),
        "session": SessionPage(console, acts.export),
        "compare": ComparePage(CompareDesk(console.queries, acts.composition.query_store, console.reading)),
        "exceptions": ExceptionsPage(console),
        "insights": InsightsPage(console, partial(acts.save_text, "insights.csv")),
        "recall": RecallPage(console, partial(acts.save_text, "recall.csv")),
        "sessions": SessionsPage(console, acts.export, acts.list_file),
    }
