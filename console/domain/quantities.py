"""The one table of what is measured or set: name, unit, range, decimals, plotted or not.

Displays, plots and alarm limits take their words and scales from here. Stored values are whole
numbers in the unit the name ends with; ``scale`` stored units make one shown unit. Ranges are
those of the instrument and its scale on screen, not clinical limits.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity; ``low`` and ``high`` are stored units."""

    name: str
    label: str
    unit: str
    scale: int
    decimals: int
    low: int
    high: int
    plotted: bool = False
    most: int | None = None  # a reading beyond it is a sensor's fault, never shown as true

    def shown(self, stored: int | None) -> str:
        """Write a stored value without its unit; three bars where there is none."""
        return "---" if stored is None else f"{stored / self.scale:.{self.decimals}f}"

    def with_unit(self, stored: int | None) -> str:
        """Write a stored value with its unit."""
        return f"{self.shown(stored)} {self.unit}" if self.unit != "%" else f"{self.shown(stored)}%"

    def span(self, low: int, high: int) -> str:
        """Write a range without its unit; one number where both ends read the same."""
        ends = self.shown(low), self.shown(high)
        return ends[0] if ends[0] == ends[1] else " to ".join(ends)

    def allows(self, stored: int) -> bool:
        """Tell whether a value lies in the quantity's range."""
        return self.low <= stored <= self.high


QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        Quantity("depth_um", "Depth", "mm", 1000, 2, 0, 3000, plotted=True, most=3500),
        Quantity("set_depth_um", "Set depth", "mm", 1000, 2, 0, 3000, plotted=True, most=3500),
        Quantity("rate_chz", "Speed", "Hz", 100, 0, 0, 20_000, plotted=True, most=50_000),
        Quantity("load_ma", "Motor load", "mA", 1, 0, 0, 2000, plotted=True),
        Quantity("battery_percent", "Battery", "%", 1, 0, 0, 100),
        Quantity("rate_spread_chz", "Speed spread", "Hz", 100, 0, 0, 50_000),
        Quantity("heartbeat_age_ms", "Heartbeat", "s", 1000, 1, 0, 3_600_000),
        Quantity("disk_free_mb", "Disk space", "GB", 1000, 1, 0, 2_000_000_000),
        Quantity("recorder_waiting_ms", "Not saved for", "s", 1000, 1, 0, 3_600_000),
        Quantity("needling_over_s", "Over planned time", "min", 60, 0, 0, 86_400),
        Quantity("temperature_c100", "Pen temperature", "°C", 100, 1, -4000, 12_500),
        Quantity("mass_mg", "Amount", "g", 1000, 1, 0, 100_000),
        Quantity("area_mm2", "Area", "cm²", 100, 0, 0, 200_000),
        Quantity("mass_mg_per_cm2", "Amount per cm²", "g/cm²", 1000, 2, 0, 1000),
        Quantity("volume_ul", "Volume", "mL", 1000, 1, 0, 50_000),
        Quantity("pain_vas_mm", "Pain", "of 10", 10, 0, 0, 100),
    )
}


def quantity(name: str) -> Quantity:
    """Give a quantity by its name; an unknown name raises KeyError."""
    return QUANTITIES[name]
