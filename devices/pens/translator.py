"""From a foreign pen's records to the words of Pen Link, which is all the link machine understands.

The pen is announced (HELLO) whenever the link asks who is there, and unasked when another serial
number speaks or a count begins anew. A pen whose profile names a serial number waits a second for it;
then the plug's own name stands in for it.
"""

from console.domain.telemetry import NO_CONTACT_FLAG, LinkCounters, Sample, pack_samples
from devices.clock_map import Moment
from devices.messages import Hello, PenMessage, Status, Telemetry
from devices.pens.numbering import INDEX_SPAN, Numbering, Place
from devices.pens.records import LineCounts, Record
from devices.profile import FLAGS, MEASURED, Channel, PenProfile

_SERIAL_WAIT_S = 1.0
_STATUS_EVERY_S = 1.0
_MOST_A_RUN = 500
_NO_TEMPERATURE = -32768
_FLAGS_BIT = 4


def channels_of(profile: PenProfile, also: int = 0) -> int:
    """Give Pen Link's bits of what a pen measures: bit 0 set depth, 1 depth, 2 rate, 3 load, 4 flags.

    ``NO_CONTACT_FLAG`` where none of the flags tells skin contact.
    """
    bits = sum(1 << place for place, channel in enumerate(MEASURED) if profile.maps(channel))
    silent = 0 if profile.maps(Channel.CONTACT) else NO_CONTACT_FLAG
    return bits | also | (profile.maps(*FLAGS) << _FLAGS_BIT) | silent


class Translator:
    """One foreign pen's words, over lost ports."""

    def __init__(
        self, profile: PenProfile, counts: LineCounts, numbering: Numbering | None = None, channels: int | None = None
    ) -> None:
        self.counts = counts
        self._profile = profile
        self._numbering = numbering or Numbering(profile.period_us, profile.counter_span)
        self._channels = channels_of(profile) if channels is None else channels
        self._waits_for_serial = profile.maps(Channel.SERIAL)
        self._place = self._serial = self._serial_before = self._doubtful = self._firmware = self._cartridge = ""
        self._asked = self._announced = False
        self._began_s: float | None = None
        self._battery: int | None = None
        self._status_s = 0.0
        self._run: list[Sample] = []
        self._run_at = Place(0, 0)
        self._last = Place(0, 0)
        self._words: list[PenMessage] = []

    def start_over(self, place: str) -> None:
        """A port was opened, perhaps to another pen."""
        self._serial_before = self._serial or self._serial_before
        self._place, self._serial, self._battery, self._began_s = place, "", None, None
        self._run, self._words, self._announced = [], [], False
        self._numbering.reopened()

    def expect_serial(self) -> None:
        """Wait a while for a line that names the pen before it is announced."""
        self._waits_for_serial = True

    def who(self) -> None:
        """The link asks who is there; the next sample brings the answer."""
        self._asked = True

    def damage(self) -> None:
        """A sample came damaged."""
        self.counts.damaged += 1
        self._numbering.skip()

    def take(self, record: Record, moment: Moment) -> None:
        """Take a record as it came."""
        if not self._take_identity(record):
            self.damage()
            return
        if record.battery_percent is not None:
            self._battery = record.battery_percent
        if record.sample is not None:
            self._take_sample(record.sample, record, moment.steady_s)

    def speak(self, moment: Moment) -> list[PenMessage]:
        """Give the words due by now."""
        self._close_run()
        self._heartbeat(moment.steady_s)
        words, self._words = self._words, []
        return words

    # --- inside ---------------------------------------------------------------------------------

    def _take_identity(self, record: Record) -> bool:
        """Note who speaks; False where a sample bears another serial number than before, once.

        Said twice it is another pen; said once it is damage, and the sample nobody's.
        """
        self._firmware = record.firmware or self._firmware
        self._cartridge = record.cartridge or self._cartridge
        if not record.serial or record.serial == self._serial:
            self._doubtful = ""
            return True
        if self._serial and record.sample is not None and record.serial != self._doubtful:
            self._doubtful = record.serial
            return False
        another = self._serial_before not in ("", record.serial)
        if self._serial or self._announced or another:
            self._close_run()
            self._numbering.begin_anew()
            self._announced = False
        self._serial, self._doubtful, self._asked = record.serial, "", True
        return True

    def _take_sample(self, sample: Sample, record: Record, now_s: float) -> None:
        boot_before = self._numbering.boot_id
        placed = self._numbering.place(record.counter, record.time_us, now_s)
        if placed is None:
            self.counts.damaged += 1
            return
        if self._numbering.boot_id != boot_before:
            self._close_run(boot_before)
            self._asked = True
        if self._began_s is None:
            self._began_s = now_s
        self._announce(now_s)
        if not self._follows(placed):
            self._close_run()
            self._run_at = placed
        self._run.append(sample)
        self._last = placed

    def _follows(self, placed: Place) -> bool:
        done = len(self._run)
        if not done or done >= _MOST_A_RUN or placed.index != self._run_at.index + done:
            return False
        due_us = self._run_at.t_us + done * self._profile.period_us
        return abs(placed.t_us - due_us) * 2 <= self._profile.period_us

    def _close_run(self, boot_id: int | None = None) -> None:
        run, self._run = self._run, []
        if run:
            boot_id = self._numbering.boot_id if boot_id is None else boot_id
            at = self._run_at
            self._words.append(Telemetry(boot_id, at.index % INDEX_SPAN, at.t_us, len(run), pack_samples(run)))

    def _announce(self, now_s: float) -> None:
        if not self._asked:
            return
        waiting = self._waits_for_serial and not self._serial and not self._profile.serial
        if waiting and self._began_s is not None and now_s - self._began_s < _SERIAL_WAIT_S:
            return
        self._close_run()
        self._asked, self._announced = False, True
        profile = self._profile
        self._words.append(Hello(
            self._numbering.boot_id, profile.period_us, 0, self._channels, profile.needles, profile.model,
            self._serial or profile.serial or self._place, self._firmware, self._cartridge))

    def _heartbeat(self, now_s: float) -> None:
        if self._battery is None or now_s - self._status_s < _STATUS_EVERY_S or not self._announced:
            return
        self._status_s = now_s
        self._words.append(Status(
            self._numbering.boot_id, self._last.t_us, (self._last.index + 1) % INDEX_SPAN, self._battery,
            _NO_TEMPERATURE, 0))

    def link_counts(self) -> LinkCounters:
        """Give the line's counts in the link's words: damaged records are its damaged frames."""
        counts = self.counts
        return LinkCounters(
            frames=counts.records, crc_errors=counts.damaged, resyncs=counts.resyncs, malformed=counts.absurd,
            unknown_types=counts.ignored, bytes_read=counts.bytes_read)
