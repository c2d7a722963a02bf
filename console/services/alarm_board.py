"""The alarm board: one ladder for all who judge, its changes posted to the desk and the sounds.

Fed from the pen-reader thread (what the pen says) and from the desk (anesthetic clocks, link,
recorder). A plain lock holds it together; nothing here waits or paints.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from console.domain.alarms import (
    AlarmChange,
    AlarmLadder,
    AlarmRule,
    Judged,
    PenLimits,
    PenReading,
    StandingAlarm,
    alarm_text,
    cuts_of,
    judge_dwell,
    judge_measure,
    judge_reading,
)
from console.domain.anesthesia import Dwell
from console.domain.clock import Clock
from console.domain.quantities import QUANTITIES
from console.services.sample_fanout import Inbox

AUDIO_PAUSE_S = 120
SAMPLE_QUANTITIES = ("depth_um", "rate_chz", "rate_spread_chz")
SAMPLE_FLAGS = ("bad_sensor", "pen_stuck", "rate_missing", "contact_motor_off", "cartridge_missing", "pen_fault",
                "alarms_failing")


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """An alarm as the status line shows it."""

    alarm: StandingAlarm
    text: str
    figures: str = ""  # value and limit in words, where the rule compares a quantity

    @property
    def priority(self) -> str:
        """Give low, medium or high, as it stands now."""
        return self.alarm.priority.value

    @property
    def lasting(self) -> bool:
        """Tell whether its cause still lasts."""
        return self.alarm.lasting

    @property
    def louder(self) -> int:
        """Give how many steps louder it sounds for being left unanswered."""
        escalation = self.alarm.rule.escalation
        return escalation.louder if escalation is not None and self.alarm.escalated_s is not None else 0

    @property
    def again_s(self) -> float:
        """Give the silence between two bursts for being left unanswered, 0: as usual."""
        escalation = self.alarm.rule.escalation
        return escalation.again_s if escalation is not None and self.alarm.escalated_s is not None else 0.0


class AlarmBoard:
    """Follows every rule; thread-safe."""

    def __init__(self, rules: Iterable[AlarmRule], clock: Clock, inbox: Inbox) -> None:
        self._clock, self._inbox = clock, inbox
        self._lock = threading.Lock()
        self._follow(tuple(rules))
        self._stretches: dict[tuple[str, str], float] = {}
        self._told_with: dict[str, str] = {}
        self._audio_paused_until_s = float("-inf")
        self.pause_s = AUDIO_PAUSE_S  # how long a pause of the sounds lasts
        self._on_change: Callable[[AlarmChange], None] | None = None
        self.changes = 0  # counts what was raised, ended, escalated, answered: the line is shown anew at once

    def _follow(self, rules: tuple[AlarmRule, ...]) -> None:
        self.rules = rules
        self._by_id = {rule.rule_id: rule for rule in rules}
        self._ladder = AlarmLadder(rules)

    def use_rules(self, rules: Iterable[AlarmRule]) -> None:
        """Go by other rules from now on; what stands of the former is forgotten and judged anew."""
        wanted = tuple(rules)
        with self._lock:
            if wanted != self.rules:
                self._follow(wanted)

    def now_s(self) -> float:
        """Give the steady time the board judges by."""
        return self._clock.monotonic_s()

    def on_change(self, call: Callable[[AlarmChange], None]) -> None:
        """Call at once, on whichever thread judged: the sounds must not wait for a frame."""
        self._on_change = call

    def feed(
        self, rule_id: str, condition: bool | None, now_s: float, subject: str,
        value: int | None = None, limit: int | None = None, lifted: bool = False,
    ) -> bool:
        """Take a condition as it is at ``now_s`` of the steady clock; unknown rules are ignored.

        Gives whether it is settled: fed again, the same would change nothing.
        """
        if rule_id not in self._by_id:
            return True
        with self._lock:
            change = self._ladder.feed(rule_id, condition, now_s, subject, value, limit, lifted)
            settled = self._ladder.is_settled(rule_id, condition, subject)
        self._tell(change)
        return settled

    def _tell(self, change: AlarmChange | None) -> None:
        if change is None:
            return
        self.changes += 1
        self._inbox.put(change)
        if self._on_change is not None:
            self._on_change(change)

    def escalate(self, now_s: float) -> None:
        """Escalate what nobody has answered for as long as its rule allows."""
        with self._lock:
            changes = self._ladder.escalate(now_s)
        for change in changes:
            self._tell(change)

    def restore(self, rule_id: str, subject: str, value: int | None, limit: int | None) -> None:
        """Put a latched alarm that nobody answered before a restart back on the line."""
        with self._lock:
            self._ladder.restore(rule_id, self.now_s(), subject, value, limit)
            self.changes += 1

    def feed_console(
        self, rule_id: str, condition: bool | None, now_s: float, subject: str,
        value: int | None = None, limit: int | None = None,
    ) -> None:
        """Take a condition of the console itself, told with the session in front; another's line of it goes."""
        before = self._told_with.get(rule_id, subject)
        self._told_with[rule_id] = subject
        if before != subject:
            with self._lock:
                changes = self._ladder.hand_on(rule_id, before, subject, now_s)
            for change in changes:
                self._tell(change)
        self.feed(rule_id, condition, now_s, subject, value, limit)

    def feed_lasting(self, rule_id: str, condition: bool, since_s: float, now_s: float, subject: str) -> None:
        """Take a condition that has held since ``since_s`` without a break; a new stretch ends the former."""
        with self._lock:
            before_s = self._stretches.get((rule_id, subject))
            self._stretches[rule_id, subject] = since_s
        if before_s != since_s or not condition:
            self.feed(rule_id, False, since_s, subject)
        if condition:
            self.feed(rule_id, True, since_s, subject)
            self.feed(rule_id, True, now_s, subject)

    def feed_dwell(self, clocks: Iterable[Dwell], now_s: float, subject: str) -> None:
        """Judge the anesthetic clocks of a session, the one furthest over first; none: nothing is on the skin."""
        worst = max(clocks, key=lambda one: one.over_s, default=None)
        for judged in judge_dwell(self.rules, worst):
            self.feed(judged.rule_id, judged.condition, now_s, subject, judged.value, judged.limit)

    def feed_reading(self, reading: PenReading, limits: PenLimits, now_s: float, subject: str) -> None:
        """Judge a reading by every rule that compares a quantity."""
        self.feed_readings([[(now_s, reading)]], limits, subject)

    def feed_readings(
        self, stretches: Iterable[Iterable[tuple[float, PenReading]]], limits: PenLimits, subject: str,
    ) -> None:
        """Judge readings, each with its time, in stretches within which every rule judges alike (``cuts``).

        A rule that has settled is not fed the same condition again: that would change nothing.
        """
        settled: dict[str, bool | None] = {}
        for stretch in stretches:
            rules: Sequence[AlarmRule] = self.rules
            for at_s, reading in stretch:
                rules = [self._by_id[judged.rule_id] for judged in judge_reading(rules, reading, limits)
                         if not self._settles(judged, at_s, subject, settled)]
                if not rules:
                    break

    def _settles(self, judged: Judged, at_s: float, subject: str, settled: dict[str, bool | None]) -> bool:
        rule_id, condition = judged.rule_id, judged.condition
        if rule_id in settled and settled[rule_id] == condition:
            return True
        if self.feed(rule_id, condition, at_s, subject, judged.value, judged.limit, judged.lifted):
            settled[rule_id] = condition
            return True
        settled.pop(rule_id, None)
        return False

    def cuts(self, limits: PenLimits, quantity: str) -> tuple[int, ...]:
        """Give the values between which readings of a quantity are judged alike."""
        return cuts_of(self.rules, limits, quantity)

    def delay_s(self, rule_id: str) -> float:
        """Give how long a rule's condition has to last, 0 for unknown rules."""
        rule = self._by_id.get(rule_id)
        return rule.delay_s if rule is not None else 0.0

    def doubt_readings(self, subject: str) -> None:
        """Let no delay run on over readings that are missing."""
        with self._lock:
            self._ladder.doubt(self._of_samples(), subject)

    def feed_measure(self, quantity: str, value: int | None, now_s: float, subject: str) -> None:
        """Judge a figure that no sample carries (None: not known now) by the rules with a threshold for it."""
        for judged in judge_measure(self.rules, quantity, value):
            self.feed(judged.rule_id, judged.condition, now_s, subject, judged.value, judged.limit)

    def feed_console_measure(self, quantity: str, value: int | None, now_s: float, subject: str) -> None:
        """Judge a figure of the console itself, told with the session in front."""
        for judged in judge_measure(self.rules, quantity, value):
            self.feed_console(
                judged.rule_id, judged.condition, now_s, subject, judged.value, judged.limit)

    def clear_readings(self, now_s: float, subject: str) -> None:
        """End what the pen's samples raised: nothing is being needled."""
        self.withdraw(self._of_samples(), now_s, subject)

    def _of_samples(self) -> list[str]:
        return [*(rule.rule_id for rule in self.rules if rule.quantity in SAMPLE_QUANTITIES), *SAMPLE_FLAGS]

    def withdraw(self, rule_ids: Iterable[str], now_s: float, subject: str) -> None:
        """End alarms that can no longer be judged; they leave the line without saying that all is well.

        A latched one stays until acknowledged.
        """
        for rule_id in rule_ids:
            if rule_id not in self._by_id:
                continue
            with self._lock:
                change = self._ladder.end(rule_id, now_s, subject)
            self._tell(change)
            if not self._by_id[rule_id].latch:
                self.acknowledge(rule_id, subject)

    def shown(self) -> tuple[ShownAlarm, ...]:
        """Give the alarms of the status line, gravest first."""
        with self._lock:
            standing = self._ladder.standing(self._clock.monotonic_s())
        return tuple(_shown(alarm) for alarm in standing)

    def acknowledge(self, rule_id: str, subject: str) -> bool:
        """Acknowledge; False where nothing stands."""
        with self._lock:
            self.changes += 1
            return self._ladder.acknowledge(rule_id, subject)

    def drop_subject(self, subject: str) -> None:
        """Forget a closed session's alarms."""
        with self._lock:
            self._ladder.drop_subject(subject)

    def pause_audio(self) -> None:
        """Silence the sounds for ``pause_s``; high alarms sound on."""
        self._audio_paused_until_s = self._clock.monotonic_s() + self.pause_s

    def audio_paused_s(self) -> float:
        """Give the seconds of silence left, 0 when sounds play."""
        return max(0.0, self._audio_paused_until_s - self._clock.monotonic_s())


def _shown(alarm: StandingAlarm) -> ShownAlarm:
    value, limit = _shown_figures(alarm)
    figures = alarm.lasting and alarm.rule.quantity in SAMPLE_QUANTITIES and alarm.limit is not None
    return ShownAlarm(alarm, alarm_text(alarm, value, limit), f"{value}, limit {limit}." if figures and value else "")


def _shown_figures(alarm: StandingAlarm) -> tuple[str, str]:
    quantity = QUANTITIES.get(alarm.rule.quantity)
    if quantity is None:
        return "", ""
    return quantity.with_unit(alarm.value), quantity.with_unit(alarm.limit)
