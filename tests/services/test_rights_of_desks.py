"""Every public way into every desk asks for a right, or stands here with a why."""

import importlib
import inspect
import pkgutil
from unittest.mock import MagicMock

import pytest
from console_rig import close_console, make_console

import console.services
from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.rights import RIGHT_WORDS
from console.services.amending_desk import AmendingDesk
from console.services.backup_desk import BackupDesk
from console.services.compare_desk import CompareDesk
from console.services.import_desk import ImportDesk
from console.services.import_preview import RIGHTS
from console.services.keeping_desk import KeepingDesk
from console.services.lease_desk import LeaseDesk

GONE = Staff("PR-99", "Gone", Role.PRACTITIONER, more_roles=(Role.MANAGER, Role.ADMINISTRATOR), active=False)

BEHIND = {
    "AmendDesk": "lives on the query thread behind AmendingDesk, which asks",
    "ClinicDesk": "a bundle of desks", "QualityDesk": "a bundle of desks",
    "LabelDesk": "a listener: nobody calls it",
}
OWN_QUESTION = "tells whether who is signed in may, or nothing but a number, a day or a state"
SET_BY_CLINIC = "a setting, a rule or a list of the clinic, of no patient"
FRONT = "speaks of the session in front, which only who treats can bring there"
ACTS_IN_FRONT = "an act on the session in front: SessionDesk.do asks, and its command judges first"
WIRED = "called by the composition root, not by a page"
CONSOLE_ITSELF = "the console's own act, by which nobody sees or changes a record"
FREE = {
    "AdverseEventDesk": {"owners": SET_BY_CLINIC},
    "AmendingDesk": {"may": OWN_QUESTION},
    "AuditDesk": {"may_read": OWN_QUESTION},
    "BackupDesk": {
        **dict.fromkeys(("running", "last_good", "notice", "short_notice", "last_words"), OWN_QUESTION),
        "place": SET_BY_CLINIC, "rule": SET_BY_CLINIC, "look": CONSOLE_ITSELF, "stop": CONSOLE_ITSELF},
    "CatalogueDesk": {
        "may_edit": OWN_QUESTION, **dict.fromkeys(("find", "product", "recalls"), SET_BY_CLINIC),
        "add_scanned": "a product met in the room has to be known before it is used; the audit names who added it"},
    "ClosingDesk": {
        **dict.fromkeys(("sheet", "language", "language_wanted", "window", "proposal", "ticks", "signing",
                         "days_ahead"), FRONT),
        **dict.fromkeys(("wants_second", "co_signers"), SET_BY_CLINIC),
        **dict.fromkeys(("give", "prove_signer", "begin_signing", "close_in_error"), ACTS_IN_FRONT)},
    "CompetenceDesk": {
        **dict.fromkeys(("today", "may_edit"), OWN_QUESTION),
        **dict.fromkeys(("rule", "notice_days", "held", "ending", "choices", "words_of"), SET_BY_CLINIC),
        "question": OWN_QUESTION, "start": "DayDesk.start asks; before it only the clinic's rule is read"},
    "DayDesk": {
        "go_by_pen": WIRED, **dict.fromkeys(("pen_class", "today"), OWN_QUESTION),
        **dict.fromkeys(("plans", "course_pattern"), SET_BY_CLINIC),
        "course": "a course's number and length, for a patient whose record is open already",
        "last_session": "as course; the record it names is read through the gate",
        "last_state": "as course; read for the session in front",
        "plan_for": "lays out a plan, and shows nothing", "choose_areas": ACTS_IN_FRONT},
    "DoseDesk": {
        **dict.fromkeys(("label", "age_months", "needs_weight", "dose", "dose_on_skin", "longest_s", "area_mm2",
                         "dwell_of", "running_clocks"), FRONT),
        **dict.fromkeys(("take_weight", "apply", "remove", "confirm"), ACTS_IN_FRONT),
        "after_restart": CONSOLE_ITSELF},
    "DowntimeDesk": {"papers": "numbers of forms and who has them; what was written on one lies in its session"},
    "EmergencyAccessDesk": {
        "may_begin": OWN_QUESTION, "begin": "lends the rights, to anybody with a reason",
        "end": "takes them back", "note_end": CONSOLE_ITSELF, "unanswered": "who had it and why, of no patient",
        "to_answer": "those of them for who answers, none for anybody else"},
    "EmergencyDesk": {
        "may_edit": OWN_QUESTION, "plan": "the emergency card is everybody's", "log": ACTS_IN_FRONT},
    "ExceptionDesk": {"rule": SET_BY_CLINIC, "may": OWN_QUESTION, "owners": SET_BY_CLINIC},
    "FollowUpDesk": {
        **dict.fromkeys(("undecided", "may_decide", "today"), OWN_QUESTION), "rule": SET_BY_CLINIC,
        "expected": SET_BY_CLINIC},
    "ImportDesk": {
        "kinds": OWN_QUESTION,
        **dict.fromkeys(("folder", "list_files", "open"), "a file of the computer before it is the clinic's"),
        **dict.fromkeys(("look", "write"), "asks for the right its kind of list needs (tested below)")},
    "IncidentDesk": {
        **dict.fromkeys(("today", "overdue_count", "may_lead"), OWN_QUESTION), "owners": SET_BY_CLINIC,
        "blank": FRONT},
    "KeepingDesk": {"may": OWN_QUESTION},
    "PhotoDesk": dict.fromkeys(
        ("folder", "use_folder", "list_files", "develop", "develop_shot"),
        "files of the computer before they are anybody's; keeping them asks"),
    "LeaseDesk": {
        "refusal": WIRED, "deliver": WIRED, "banner": FRONT,
        "elsewhere": "which sessions are open, by number; the page that shows it asks",
        "take_over": "asks for the right to treat (test_lease_desk)"},
    "PageCheckDesk": {"look": CONSOLE_ITSELF, "stop": CONSOLE_ITSELF, "treating": OWN_QUESTION},
    "ProductDesk": {
        **dict.fromkeys(("read", "settle", "of_role", "lot_of", "typed_lot", "with_tag", "used_elsewhere", "warning",
                         "allergy", "must_answer", "shown_warning"), FRONT),
        **dict.fromkeys(("bind_cartridge", "choose_glide", "apply_serum", "apply_plasma"), ACTS_IN_FRONT)},
    "RecallDesk": {"may": OWN_QUESTION},
    "ReviewDesk": {"verify_all": "proves every record and shows none"},
    "RoomLogDesk": {
        **dict.fromkeys(("today", "may_edit"), OWN_QUESTION),
        **dict.fromkeys(("duties", "entries", "standings", "due_today"), SET_BY_CLINIC)},
    "ScreeningDesk": {
        **dict.fromkeys(("groups", "consents"), FRONT),
        **dict.fromkeys(("begin", "answer", "confirm_group", "override", "decide_consent"), ACTS_IN_FRONT),
        "expire": CONSOLE_ITSELF},
    "SessionDesk": {
        **dict.fromkeys(("actor", "actor_id", "now_us", "saving", "is_saved"), OWN_QUESTION),
        **dict.fromkeys(("sessions", "front", "needling", "session"), "what is open; pages that show it ask"),
        **dict.fromkeys(("bring_to_front", "take_up", "put_away", "on_events", "fence_by"), WIRED),
        "do": "asks of acts on the session in front (tested below); the console names the session of its own",
        "begin": "carries out its first command by do, and lets go of the session where that is refused",
        "hand_over_to": "asks for the right of who takes over (test_lock_guard)", "check_clock": CONSOLE_ITSELF},
    "StaffDesk": {
        "may_keep": OWN_QUESTION, **dict.fromkeys(("members", "member", "versions"), SET_BY_CLINIC),
        "add": "the first of a clinic is added by nobody; behind that it asks (test_staff_desk)",
        **dict.fromkeys(("change_roles", "set_active"), "asks behind looking for the member (test_staff_desk)"),
        **dict.fromkeys(("set_pin", "set_password"), "asks behind judging the word itself (test_staff_desk)")},
}


def all_desks():
    """Give every class of the services that calls itself a desk."""
    found = {}
    for module in pkgutil.iter_modules(console.services.__path__, "console.services."):
        for name, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if name.endswith("Desk") and one.__module__.startswith("console.services") and name not in BEHIND:
                found[name] = one
    return found


def ways_into(desk):
    for name, one in vars(desk).items():
        way = one.fget if isinstance(one, property) else one
        if not name.startswith("_") and inspect.isfunction(way):
            yield name, way


ASKING = [(desk, name) for desk, cls in sorted(all_desks().items()) for name, _ in ways_into(cls)
          if name not in FREE.get(desk, {})]


@pytest.fixture(scope="module")
def rig():
    made = make_console()
    yield made
    close_console(made)


def find_desk(rig, wanted):
    bare = {
        "AmendingDesk": lambda: AmendingDesk(rig.desk, MagicMock(), MagicMock(), MagicMock()),
        "BackupDesk": lambda: BackupDesk(rig.desk, MagicMock(), MagicMock(), rig.clock, nightly=False),
        "KeepingDesk": lambda: KeepingDesk(rig.desk, MagicMock(), MagicMock(), MagicMock(), MagicMock()),
        "LeaseDesk": lambda: LeaseDesk(rig.desk, MagicMock(), MagicMock()),
        "CompareDesk": lambda: CompareDesk(rig.queries, MagicMock(), rig.reading),
        "CatalogueDesk": lambda: all_desks()["CatalogueDesk"](rig.desk, rig.registry),
    }
    if wanted in bare:
        return bare[wanted]()
    clinic = rig.clinic
    holders = [rig, clinic, rig.review, rig.quality]
    for holder in holders:
        names = getattr(type(holder), "__slots__", ()) or vars(holder)
        for name in names:
            one = getattr(holder, name)
            if type(one).__name__ == wanted:
                return one
    raise AssertionError(f"no console has a {wanted}")


def test_every_free_way_is_there_and_has_a_why():
    desks = all_desks()
    assert set(FREE) <= set(desks) and len(ASKING) > 60
    for desk, names in FREE.items():
        assert set(names) <= {name for name, _ in ways_into(desks[desk])}, desk
        assert all(names.values())


@pytest.mark.parametrize("member", [None, GONE], ids=["nobody", "gone"])
@pytest.mark.parametrize(("desk", "name"), ASKING)
def test_a_way_into_a_desk_asks_for_a_right_and_leaves_nothing_behind(rig, desk, name, member, monkeypatch):
    rig.desk.actor = member
    found = find_desk(rig, desk)
    told = []
    way = getattr(type(found), name)
    wanted = [one for one in inspect.signature(way).parameters.values() if one.default is one.empty][1:]
    arguments = {one.name: told.append if one.name == "failed" else MagicMock(name=one.name) for one in wanted}
    audited, asked, put = len(rig.registry.audits), [], []
    monkeypatch.setattr(type(rig.desk.access), "may", lambda access, right: asked.append(right))
    monkeypatch.setattr(type(rig.queries), "ask", lambda queries, *question: put.append(question))
    with pytest.raises(Refusal) as refused:
        way(found, **arguments)
        assert told, "nothing was asked"
        raise told[0]
    assert (asked or member is None) and str(refused.value).count(";") >= 1
    assert len(rig.registry.audits) == audited and not put


def test_an_act_on_the_session_in_front_asks(rig):
    rig.desk.actor = GONE
    with pytest.raises(Refusal, match="may not treat patients"):
        rig.desk.do(MagicMock())


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_an_import_asks_for_the_right_of_its_kind(rig, kind):
    rig.desk.actor = GONE
    imports = ImportDesk(rig.desk, rig.registry, rig.queries, rig.registry, rig.shelf, rig.clock)
    refused = f"may not {RIGHT_WORDS[RIGHTS[kind]]}"
    with pytest.raises(Refusal, match=refused):
        imports.look(kind, MagicMock(), {}, "", MagicMock(), MagicMock())
    with pytest.raises(Refusal, match=refused):
        imports.write(MagicMock(kind=kind), (), MagicMock(), MagicMock())
