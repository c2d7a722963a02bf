"""USB ids of the chips pens are built on, and devices the system has no driver for.

Ids and the Linux modules that serve them stand in the kernel's drivers/usb/serial (ch341.c, cp210x.c,
ftdi_sio_ids.h, pl2303.h); CDC devices need no driver of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USB = Path("/sys/bus/usb/devices")


@dataclass(frozen=True, slots=True)
class Bridge:
    """A chip between USB and the pen; ``module`` is the Linux driver, empty for CDC."""

    name: str
    module: str


_CH340, _CH910X = Bridge("CH340", "ch341"), Bridge("CH9102", "cdc_acm")
_CP210X, _FTDI, _PL2303 = Bridge("CP210x", "cp210x"), Bridge("FTDI", "ftdi_sio"), Bridge("PL2303", "pl2303")
BRIDGES = {
    (0x1A86, 0x7523): _CH340, (0x1A86, 0x7522): _CH340, (0x1A86, 0x5523): _CH340, (0x4348, 0x5523): _CH340,
    (0x1A86, 0x55D4): _CH910X, (0x1A86, 0x55D3): _CH910X,
    (0x10C4, 0xEA60): _CP210X, (0x10C4, 0xEA70): _CP210X, (0x10C4, 0xEA71): _CP210X,
    (0x0403, 0x6001): _FTDI, (0x0403, 0x6010): _FTDI, (0x0403, 0x6011): _FTDI, (0x0403, 0x6014): _FTDI,
    (0x0403, 0x6015): _FTDI, (0x067B, 0x2303): _PL2303,
}  # fmt: skip
CDC_MAKERS = {0x2E8A: "Raspberry Pi", 0x303A: "Espressif", 0x0483: "STMicroelectronics", 0x2341: "Arduino",
              0x239A: "Adafruit", 0x1FC9: "NXP", 0x16C0: "V-USB", 0x1D50: "OpenMoko"}  # fmt: skip


def bridge_name(vendor: int | None, product: int | None, port: str = "") -> str:
    """Name the chip of a USB id, empty where it is not known."""
    if vendor is None or product is None:
        return ""
    known = BRIDGES.get((vendor, product))
    if known is not None:
        return known.name
    if vendor in CDC_MAKERS or "ttyACM" in port or "usbmodem" in port:
        return f"CDC, {CDC_MAKERS[vendor]}" if vendor in CDC_MAKERS else "CDC"
    return ""


@dataclass(frozen=True, slots=True)
class Driverless:
    """A USB device of a known chip for which the system made no port."""

    usb_id: str
    bridge: Bridge
    product: str


def _word(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _has_port(device: Path) -> bool:
    """Tell whether one of the device's interfaces has become a serial port."""
    return any(found for pattern in ("*/ttyUSB*", "*/tty/*") for found in device.glob(pattern))


def driverless(root: Path = SYSTEM_USB) -> Iterator[Driverless]:
    """Give the devices of known chips without a driver; nothing where the system does not tell (not Linux)."""
    if not root.is_dir():
        return
    for device in sorted(root.iterdir()):
        vendor, product = _word(device, "idVendor"), _word(device, "idProduct")
        try:
            bridge = BRIDGES.get((int(vendor, 16), int(product, 16)))
        except ValueError:
            continue
        if bridge is not None and not _has_port(device):
            yield Driverless(f"{vendor}:{product}".upper(), bridge, _word(device, "product"))
