"""Chips are told by their USB id, and one without a driver is found in the system's own tree."""

from pathlib import Path

import pytest

from console.domain.pen_ports import PortState
from devices import discovery, usb_bridges
from devices.usb_bridges import bridge_name, driverless


@pytest.mark.parametrize(("vendor", "product", "port", "name"), [
    (0x1A86, 0x7523, "/dev/ttyUSB0", "CH340"), (0x10C4, 0xEA60, "COM5", "CP210x"), (0x0403, 0x6015, "", "FTDI"),
    (0x303A, 0x1001, "/dev/ttyACM0", "CDC, Espressif"), (0x1234, 0x0001, "/dev/ttyACM1", "CDC"),
    (0x1234, 0x0001, "/dev/ttyUSB1", ""), (None, None, "/dev/ttyS0", ""),
])
def test_chips_by_their_ids(vendor, product, port, name) -> None:
    assert bridge_name(vendor, product, port) == name


def device(root: Path, name: str, vendor: str, product: str, port: str = "") -> None:
    folder = root / name
    (folder / f"{name}:1.0").mkdir(parents=True)
    (folder / "idVendor").write_text(vendor + "\n")
    (folder / "idProduct").write_text(product + "\n")
    (folder / "product").write_text("USB Serial\n")
    if port:
        (folder / f"{name}:1.0" / port).mkdir(parents=True)


def test_a_bridge_without_a_driver_is_told_with_what_to_do(tmp_path: Path, monkeypatch) -> None:
    device(tmp_path, "1-1", "1a86", "7523")
    device(tmp_path, "1-2", "10c4", "ea60", "ttyUSB0")
    device(tmp_path, "1-3", "1a86", "55d4", "tty/ttyACM0")
    device(tmp_path, "1-4", "05e3", "0608")  # a hub
    (tmp_path / "usb1").mkdir()
    (found,) = driverless(tmp_path)
    assert (found.usb_id, found.bridge.name) == ("1A86:7523", "CH340")
    monkeypatch.setattr(discovery, "driverless", lambda: [found])
    (report,) = discovery.list_ports(list)
    assert report.state is PortState.NO_DRIVER
    assert "a CH340 bridge (1A86:7523) is plugged in, but the system made no port for it" in report.words
    assert "sudo modprobe ch341" in report.words


def test_a_system_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert list(driverless(tmp_path / "none")) == []
    assert usb_bridges.SYSTEM_USB.parts[1] == "sys"
