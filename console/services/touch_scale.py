"""How much larger than drawn the window must be for a glove to hit its controls on a screen as it really is."""

from dataclasses import dataclass

LEAST_PX, LEAST_MM = 44, 11.0  # the smallest target as drawn, and as a glove needs it; primary ones are 64 px, 16 mm
MM_PER_PX = LEAST_MM / LEAST_PX
ROOM_PX = (1366, 768)  # what the window needs as drawn
BELIEVED_MM = (0.06, 0.60)  # a pixel outside of this is a screen that does not know its size
NATURAL = 1.0


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """A screen in the pixels programs draw in, and in millimetres as it tells them."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float

    @property
    def pitch_mm(self) -> float | None:
        """Give the millimetres of a pixel, None where the screen's word cannot be believed."""
        if min(self.width_px, self.height_px) <= 0:
            return None
        across, down = self.width_mm / self.width_px, self.height_mm / self.height_px
        low, high = BELIEVED_MM
        return min(across, down) if low <= across <= high and low <= down <= high else None


def touch_scale(screen: ScreenSize) -> float:
    """Give the factor to draw with: targets in their millimetres where the room allows it, never smaller than drawn."""
    pitch_mm = screen.pitch_mm
    if pitch_mm is None:
        return NATURAL
    room = min(screen.width_px / ROOM_PX[0], screen.height_px / ROOM_PX[1])
    wanted = -(-MM_PER_PX * 100 // pitch_mm) / 100  # up to a hundredth
    return max(NATURAL, min(wanted, int(room * 100) / 100))


def least_mm(screen: ScreenSize, scale: float) -> float | None:
    """Give what the smallest target then measures, None where it cannot be told."""
    return None if screen.pitch_mm is None else LEAST_PX * scale * screen.pitch_mm
