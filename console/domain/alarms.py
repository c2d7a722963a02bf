"""Alarms: rules as data, and the ladder that turns conditions into raised and ended alarms.

A condition must hold for the rule's delay before its alarm is raised. It ends when the condition has
been over for the rule's ``release_s``; a latched alarm stays on the line until acknowledged all the same.
A condition that cannot be known now (None: no reading) neither raises nor ends anything, and its delay
starts anew. An alarm nobody answers escalates as its rule says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from console.domain.anesthesia import Dwell, DwellState
from console.domain.sources import Source


class Priority(StrEnum):
    """Low, medium, high, after IEC 60601-1-8."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Give 0 for low to 2 for high."""
        return ("low", "medium", "high").index(self.value)


READ_QUANTITIES = ("depth_um", "rate_chz", "battery_percent")  # fields of ``PenReading``
DWELL_OVER = "dwell_over_s"
MEASURES = ("rate_spread_chz", "heartbeat_age_ms", "needling_over_s", "disk_free_mb", "recorder_waiting_ms")


class Compare(StrEnum):
    """How a rule compares its quantity with its limit; ``flag``: the caller states the condition."""

    ABOVE = "above"
    BELOW = "below"
    OUTSIDE = "outside"
    FLAG = "flag"


class OnlyWhen(StrEnum):
    """What else must be so: always, skin contact, the motor running, or both (working)."""

    ALWAYS = "always"
    CONTACT = "contact"
    WORKING = "working"
    MOTOR = "motor"


@dataclass(frozen=True, slots=True)
class Escalation:
    """What becomes of an alarm left unanswered: after how long, to which priority, how much louder, how often.

    ``louder`` is in steps of the loudness setting; ``again_s`` is the silence between two bursts (0: as usual).
    """

    after_s: float
    to: Priority
    louder: int
    again_s: float


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One alarm. ``limit`` names a field of ``PenLimits`` (or ``rate_band``), or is empty.

    ``threshold`` is a limit of its own, in the quantity's stored unit; ``supersedes`` names a rule
    whose alarm is not shown beside this one. Texts may hold ``{value}``, ``{limit}``, ``{minutes}``;
    ``text_when_set`` is said where only the dial is known, not a measured depth. ``steps_back``: once
    acknowledged it leaves the line although its cause lasts. ``bridge_s``: so long a lift of the running
    pen neither counts towards the delay nor ends it; a longer one ends what stands.
    """

    rule_id: str
    priority: Priority
    kind: str  # technical or clinical
    quantity: str
    compare: Compare
    limit: str
    threshold: int | None
    delay_s: float
    only_when: OnlyWhen
    latch: bool
    supersedes: str
    text: str
    text_when_set: str
    ended_text: str
    ended_shown_s: int
    sources: tuple[Source, ...]
    release_s: float = 0.0
    steps_back: bool = False
    escalation: Escalation | None = None
    bridge_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PenLimits:
    """Limits of the area being needled, stored units; None: none known, so no alarm."""

    band_low_um: int | None = None
    band_high_um: int | None = None
    ceiling_um: int | None = None  # the label's line for this use
    rate_low_chz: int | None = None
    rate_high_chz: int | None = None
    reach_um: int | None = None  # the pen's own


@dataclass(frozen=True, slots=True)
class PenReading:
    """One reading; None where the pen does not measure. ``depth_um`` is measured, else the dial's."""

    depth_um: int | None
    rate_chz: int | None
    in_contact: bool | None
    motor_running: bool | None = None
    battery_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule's condition at one moment, with the value and limit it compared."""

    rule_id: str
    condition: bool | None
    value: int | None
    limit: int | None
    lifted: bool = False  # beyond the limit still, but only lifted off the skin


def judge_reading(rules: Iterable[AlarmRule], reading: PenReading, limits: PenLimits) -> tuple[Judged, ...]:
    """Judge a reading by every rule that compares what a pen reads; the others are the caller's."""
    return tuple(
        _judge(rule, reading, limits) for rule in rules
        if rule.compare is not Compare.FLAG and rule.quantity in READ_QUANTITIES)


def cuts_of(rules: Iterable[AlarmRule], limits: PenLimits, quantity: str) -> tuple[int, ...]:
    """Give the values, rising, at which a rule on this quantity may judge otherwise; nothing changes between two."""
    cuts: set[int | None] = {0}  # below lies what was not measured, and a pen at rest stands at it
    for rule in rules:
        if rule.quantity == quantity and rule.compare is not Compare.FLAG:
            at_ends = rule.compare is Compare.OUTSIDE
            cuts |= {limits.rate_low_chz, limits.rate_high_chz} if at_ends else {rule.threshold}
            if rule.limit and not at_ends:
                cuts.add(getattr(limits, rule.limit))
    return tuple(sorted(cut for cut in cuts if cut is not None))


def judge_measure(rules: Iterable[AlarmRule], quantity: str, value: int | None) -> tuple[Judged, ...]:
    """Judge a figure that is not the pen's (disk, recorder, time) by the rules with a threshold for it."""
    return tuple(
        Judged(rule.rule_id, None if value is None else _is_beyond(rule, value, rule.threshold), value, rule.threshold)
        for rule in rules if rule.quantity == quantity and rule.threshold is not None)


def _judge(rule: AlarmRule, reading: PenReading, limits: PenLimits) -> Judged:
    value: int | None = getattr(reading, rule.quantity)
    if rule.compare is Compare.OUTSIDE:
        return _outside(rule, reading, limits, value)
    limit: int | None = getattr(limits, rule.limit) if rule.limit else rule.threshold
    if limit is None:
        return Judged(rule.rule_id, False, value, None)
    if value is None:
        return Judged(rule.rule_id, None, None, limit)
    return _judged(rule, reading, _is_beyond(rule, value, limit), value, limit)


def _judged(rule: AlarmRule, reading: PenReading, beyond: bool, value: int, limit: int) -> Judged:
    lifted = beyond and reading.in_contact is False and rule.only_when in (OnlyWhen.CONTACT, OnlyWhen.WORKING)
    return Judged(rule.rule_id, _only_when(rule, reading, beyond), value, limit, lifted and rule.bridge_s > 0)


def _is_beyond(rule: AlarmRule, value: int, limit: int) -> bool:
    return value > limit if rule.compare is Compare.ABOVE else value < limit


def _outside(rule: AlarmRule, reading: PenReading, limits: PenLimits, value: int | None) -> Judged:
    low, high = limits.rate_low_chz, limits.rate_high_chz
    if low is None or high is None:
        return Judged(rule.rule_id, False, value, None)
    if value is None:
        return Judged(rule.rule_id, None, None, low)
    return _judged(rule, reading, not low <= value <= high, value, low if value < low else high)


def _only_when(rule: AlarmRule, reading: PenReading, beyond: bool) -> bool | None:
    if not beyond or rule.only_when is OnlyWhen.ALWAYS:
        return beyond
    if rule.only_when is OnlyWhen.MOTOR:
        return reading.motor_running
    at_rest = not reading.motor_running and reading.rate_chz == 0  # some pens tell the speed and not the motor
    return False if rule.only_when is OnlyWhen.WORKING and at_rest and reading.in_contact else reading.in_contact


def judge_dwell(rules: Iterable[AlarmRule], reading: Dwell | None) -> tuple[Judged, ...]:
    """Judge a dwell clock by the rules on ``dwell_over_s``; None: nothing lies on the skin.

    A rule's ``threshold`` is seconds past the longest time; at that very second its alarm is due.
    """
    judged: list[Judged] = []
    for rule in rules:
        if rule.quantity == DWELL_OVER and rule.threshold is not None:
            over = reading is not None and reading.state is DwellState.OVER
            past = over and reading is not None and reading.over_s >= rule.threshold
            value = int(reading.over_s) if reading is not None and over else None
            judged.append(Judged(rule.rule_id, past, value, rule.threshold))
    return tuple(judged)


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """An alarm raised or ended. ``arose_s`` is when its condition began, ``at_s`` when it was told."""

    rule_id: str
    subject: str
    raised: bool
    at_s: float
    arose_s: float
    value: int | None
    limit: int | None
    escalated: bool = False  # neither raised nor ended, but left unanswered for too long


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """An alarm on the status line. ``ended_s`` None while its cause lasts, ``escalated_s`` None before it escalates."""

    rule: AlarmRule
    subject: str
    arose_s: float
    raised_s: float
    ended_s: float | None
    acknowledged: bool
    value: int | None
    limit: int | None
    escalated_s: float | None = None

    @property
    def priority(self) -> Priority:
        """Give the rule's priority, or the one it has escalated to."""
        escalation = self.rule.escalation
        return escalation.to if escalation is not None and self.escalated_s is not None else self.rule.priority

    @property
    def lasting(self) -> bool:
        """Tell whether its cause lasts."""
        return self.ended_s is None

    @property
    def to_answer(self) -> bool:
        """Tell whether it waits to be acknowledged."""
        return not self.acknowledged and (self.lasting or self.rule.latch)


class AlarmLadder:
    """Follow every rule's condition; ``subject`` tells apart whose alarm it is (a session, a pen)."""

    def __init__(self, rules: Iterable[AlarmRule]) -> None:
        self._rules: Mapping[str, AlarmRule] = {rule.rule_id: rule for rule in rules}
        self._since: dict[tuple[str, str], float] = {}
        self._over_since: dict[tuple[str, str], float] = {}
        self._lifted_since: dict[tuple[str, str], float] = {}
        self._bridged_s: dict[tuple[str, str], float] = {}
        self._standing: dict[tuple[str, str], StandingAlarm] = {}

    def feed(
        self, rule_id: str, condition: bool | None, now_s: float, subject: str = "",
        value: int | None = None, limit: int | None = None, lifted: bool = False,
    ) -> AlarmChange | None:
        """Take a condition as it is now; give the change it makes, if any. Unknown rules raise KeyError."""
        rule, key = self._rules[rule_id], (rule_id, subject)
        alarm = self._standing.get(key)
        lasting = alarm is not None and alarm.lasting
        if not condition and lifted and key in self._since:
            return self._bridge(rule, key, now_s)
        if not condition:
            self._forget_pending(key)
            return self._release(key, now_s) if lasting and condition is False else None
        self._over_since.pop(key, None)
        lifted_s = self._lifted_since.pop(key, now_s)
        self._bridged_s[key] = bridged_s = self._bridged_s.get(key, 0.0) + now_s - lifted_s
        since = self._since.setdefault(key, now_s)
        if lasting or now_s - since - bridged_s < rule.delay_s:
            return None
        self._standing[key] = StandingAlarm(rule, subject, since, now_s, None, False, value, limit)
        return AlarmChange(rule_id, subject, True, now_s, since, value, limit)

    def is_settled(self, rule_id: str, condition: bool | None, subject: str = "") -> bool:
        """Tell whether a condition just fed changes nothing however long it lasts. Unknown rules are settled."""
        alarm = self._standing.get((rule_id, subject))
        if rule_id not in self._rules or condition is None:
            return True
        if (rule_id, subject) in self._lifted_since:
            return False
        return condition == (alarm is not None and alarm.lasting)

    def _bridge(self, rule: AlarmRule, key: tuple[str, str], now_s: float) -> AlarmChange | None:
        """Wait while the pen is lifted; after too long a lift nothing is known, and nothing is said to be well."""
        if now_s - self._lifted_since.setdefault(key, now_s) <= rule.bridge_s:
            return None
        change = self.end(rule.rule_id, now_s, key[1])
        if change is not None:
            self.acknowledge(*key)
        return change

    def doubt(self, rule_ids: Iterable[str], subject: str) -> None:
        """Forget what was about to be raised: readings are missing between. What stands goes on standing."""
        for rule_id in rule_ids:
            self._forget_pending((rule_id, subject))

    def _forget_pending(self, key: tuple[str, str]) -> None:
        for kept in (self._since, self._lifted_since, self._bridged_s):
            kept.pop(key, None)

    def end(self, rule_id: str, now_s: float, subject: str = "") -> AlarmChange | None:
        """End an alarm at once: it can no longer be judged. Unknown rules raise KeyError."""
        key = (self._rules[rule_id].rule_id, subject)
        self._forget_pending(key)
        alarm = self._standing.get(key)
        return self._end(key, now_s) if alarm is not None and alarm.lasting else None

    def restore(
        self, rule_id: str, now_s: float, subject: str, value: int | None = None, limit: int | None = None,
    ) -> None:
        """Put a latched alarm of before a restart back on the line: its cause is over, its answer is not."""
        rule = self._rules.get(rule_id)
        if rule is not None and rule.latch and (rule_id, subject) not in self._standing:
            self._standing[rule_id, subject] = StandingAlarm(rule, subject, now_s, now_s, now_s, False, value, limit)

    def _release(self, key: tuple[str, str], now_s: float) -> AlarmChange | None:
        since_s = self._over_since.setdefault(key, now_s)
        return self._end(key, now_s) if now_s - since_s >= self._standing[key].rule.release_s else None

    def _end(self, key: tuple[str, str], now_s: float) -> AlarmChange:
        self._over_since.pop(key, None)
        self._standing[key] = alarm = replace(self._standing[key], ended_s=now_s)
        return _change_of(alarm, now_s)

    def escalate(self, now_s: float) -> tuple[AlarmChange, ...]:
        """Escalate what has stood unanswered for as long as its rule says; give what changed."""
        late = [key for key, alarm in self._standing.items() if _is_late(alarm, now_s)]
        for key in late:
            self._standing[key] = replace(self._standing[key], escalated_s=now_s)
        return tuple(_change_of(self._standing[key], now_s, escalated=True) for key in late)

    def acknowledge(self, rule_id: str, subject: str = "") -> bool:
        """Acknowledge a standing alarm; False where none stands."""
        alarm = self._standing.get((rule_id, subject))
        if alarm is None:
            return False
        self._standing[rule_id, subject] = replace(alarm, acknowledged=True)
        return True

    def hand_on(self, rule_id: str, before: str, subject: str, now_s: float) -> tuple[AlarmChange, ...]:
        """Let an alarm that is nobody's own stand with another subject, answered or not as it was.

        Gives its end there and its beginning here; one that was answered and has stepped back begins nothing.
        """
        since = self._since.pop((rule_id, before), None)
        if since is not None:
            self._since[rule_id, subject] = since
        alarm = self._standing.pop((rule_id, before), None)
        if alarm is None:
            return ()
        self._standing[rule_id, subject] = moved = replace(alarm, subject=subject)
        if not alarm.lasting:
            return ()
        ended = _change_of(alarm, now_s)
        known = alarm.acknowledged and alarm.rule.steps_back
        return (ended,) if known else (ended, replace(_change_of(moved, now_s), raised=True))

    def drop_subject(self, subject: str) -> None:
        """Forget everything of a subject: its session was closed."""
        for key in [one for one in self._since if one[1] == subject]:
            self._forget_pending(key)
        self._standing = {key: alarm for key, alarm in self._standing.items() if key[1] != subject}

    def standing(self, now_s: float) -> tuple[StandingAlarm, ...]:
        """Give the alarms for the status line: those that wait for an answer first, the gravest, then the newest.

        An alarm whose cause ended leaves at once if acknowledged, else after its ``ended_shown_s``;
        a latched one stays until acknowledged. A superseded one is left out while the graver lasts.
        """
        self._standing = {key: alarm for key, alarm in self._standing.items() if _stays(alarm, now_s)}
        hidden = {
            (alarm.rule.supersedes, alarm.subject) for alarm in self._standing.values()
            if alarm.rule.supersedes and alarm.ended_s is None
        }
        shown = [
            alarm for key, alarm in self._standing.items()
            if key not in hidden and not (alarm.acknowledged and alarm.rule.steps_back)]
        return tuple(sorted(
            shown, key=lambda a: (a.ended_s is not None, a.acknowledged, -a.priority.rank, -a.raised_s)))


def _change_of(alarm: StandingAlarm, now_s: float, escalated: bool = False) -> AlarmChange:
    return AlarmChange(
        alarm.rule.rule_id, alarm.subject, False, now_s, alarm.arose_s, alarm.value, alarm.limit, escalated)


def _is_late(alarm: StandingAlarm, now_s: float) -> bool:
    escalation = alarm.rule.escalation
    return (escalation is not None and alarm.lasting and not alarm.acknowledged and alarm.escalated_s is None
            and now_s - alarm.raised_s >= escalation.after_s)


def _stays(alarm: StandingAlarm, now_s: float) -> bool:
    if alarm.ended_s is None:
        return True
    if alarm.acknowledged:
        return False
    return alarm.rule.latch or now_s - alarm.ended_s < alarm.rule.ended_shown_s


def alarm_text(
    alarm: StandingAlarm, shown_value: str = "", shown_limit: str = "", set_only: bool = False
) -> str:
    """Give the alarm's line, with value and limit as the caller writes them (units and all).

    ``set_only``: the depth is the dial's, not measured.
    """
    if alarm.ended_s is not None and not alarm.rule.latch and alarm.rule.ended_text:
        return alarm.rule.ended_text
    text = alarm.rule.text_when_set if set_only and alarm.rule.text_when_set else alarm.rule.text
    return text.replace("{value}", shown_value).replace("{limit}", shown_limit)
