"""All that the console may ever send to a pen, in one list. The one place that writes to a port refuses the rest.

The console displays and records; it never controls. Whatever a driver wants sent is taken apart here
anew, by rules of its own: only whole requests of this list pass.
"""

import zlib
from typing import Protocol

from cobs import cobs

# Pen Link: frame type -> length of its body. Who are you; send samples or stop sending; send these again.
PEN_LINK_REQUESTS = {0x81: 0, 0x82: 1, 0x83: 10}
# VESC: whole frames. COMM_FW_VERSION (0) and COMM_GET_VALUES (4).
VESC_REQUESTS = (bytes.fromhex("0201000000" "03"), bytes.fromhex("020104408403"))


class _Writes(Protocol):
    def write(self, outgoing: bytes) -> None: ...


def only_asks(outgoing: bytes) -> bool:
    """Tell whether bytes are nothing but whole requests of the list."""
    rest = outgoing
    while rest:
        taken = _vesc_request(rest) or _pen_link_request(rest)
        if not taken:
            return False
        rest = rest[taken:]
    return True


def write_request(port: _Writes, outgoing: bytes) -> None:
    """Send what only asks. Anything else is a fault of this program and is not sent: ValueError."""
    if not only_asks(outgoing):
        raise ValueError(f"{outgoing[:16].hex(' ')} is no read-only request and was not sent")
    port.write(outgoing)


def _vesc_request(outgoing: bytes) -> int:
    return next((len(known) for known in VESC_REQUESTS if outgoing.startswith(known)), 0)


def _pen_link_request(outgoing: bytes) -> int:
    wire, end, _ = outgoing.partition(b"\0")
    try:
        decoded = cobs.decode(wire) if end else b""
    except cobs.DecodeError:
        return 0
    if len(decoded) < 8 or zlib.crc32(decoded[:-4]) != int.from_bytes(decoded[-4:], "little"):
        return 0
    length = PEN_LINK_REQUESTS.get(decoded[1])
    return len(wire) + 1 if decoded[0] == 1 and length == len(decoded) - 8 else 0
