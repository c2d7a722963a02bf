"""Checksums that pens put behind their lines and records, by name. Check values are of ``123456789``."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checksum:
    """One kind: its length on the wire in bytes, and how it is worked out."""

    name: str
    length: int
    of: Callable[[bytes], int]


def _reversed_bits(value: int, width: int) -> int:
    return int(f"{value:0{width}b}"[::-1], 2)


def _crc(width: int, poly: int, init: int, reflected: bool = False) -> Callable[[bytes], int]:
    """Make a CRC of 8 or 16 bits from its published parameters (final xor 0)."""
    mask, top = (1 << width) - 1, 1 << (width - 1)
    table = []
    for first in range(256):
        register = (_reversed_bits(first, 8) if reflected else first) << (width - 8)
        for _ in range(8):
            register = ((register << 1) ^ poly if register & top else register << 1) & mask
        table.append(_reversed_bits(register, width) if reflected else register)
    begin = _reversed_bits(init, width) if reflected else init

    def straight(content: bytes) -> int:
        register = begin
        for byte in content:
            register = ((register << 8) & mask) ^ table[(register >> (width - 8)) ^ byte]
        return register

    def mirrored(content: bytes) -> int:
        register = begin
        for byte in content:
            register = (register >> 8) ^ table[(register ^ byte) & 0xFF]
        return register

    return mirrored if reflected else straight


def _xor(content: bytes) -> int:
    register = 0
    for byte in content:
        register ^= byte
    return register


crc16_xmodem = _crc(16, 0x1021, 0x0000)

CHECKSUMS = {
    kind.name: kind
    for kind in (
        Checksum("xor8", 1, _xor),
        Checksum("sum8", 1, lambda content: sum(content) & 0xFF),
        Checksum("sum8-negated", 1, lambda content: -sum(content) & 0xFF),
        Checksum("sum16", 2, lambda content: sum(content) & 0xFFFF),
        Checksum("crc8", 1, _crc(8, 0x07, 0x00)),  # CRC-8/SMBUS, F4
        Checksum("crc8-maxim", 1, _crc(8, 0x31, 0x00, reflected=True)),  # A1
        Checksum("crc16-xmodem", 2, crc16_xmodem),  # 31C3
        Checksum("crc16-ccitt", 2, _crc(16, 0x1021, 0xFFFF)),  # CRC-16/IBM-3740, 29B1
        Checksum("crc16-modbus", 2, _crc(16, 0x8005, 0xFFFF, reflected=True)),  # 4B37
        Checksum("crc32", 4, zlib.crc32),  # CRC-32/ISO-HDLC, CBF43926
    )
}
