"""The vectors of the Pen Link 1 page: bytes as on the wire, and what they say."""

from devices.messages import Event, Hello, Identify, PenError, Resend, Status, Stream, Telemetry

BOOT = 0x1234ABCD
TWO_SAMPLES = bytes.fromhex("dc05c805b42dd2002b00 dc050000822d28002900")

CONSOLE_VECTORS = [
    (Identify(), 0, "03 01 81 01 05 ce c9 0f 79 00"),
    (Stream(True), 1, "04 01 82 01 06 01 bc fa d7 ca 00"),
    (Resend(BOOT, 500, 25), 2, "04 01 83 02 07 cd ab 34 12 f4 01 01 02 19 05 10 dd 3a 8f 00"),
]
PEN_VECTORS = [
    (
        Hello(BOOT, 4_000, 15_000, 0x1F, 12, "Aria M1", "A1-000042", "1.4.0", ""),
        0,
        "03 01 01 01 07 cd ab 34 12 a0 0f 01 03 98 3a 01 02 1f 1a 0c 07 41 72 69 61 20 4d 31 09 41 31 2d 30"
        " 30 30 30 34 32 05 31 2e 34 2e 30 05 d3 08 67 12 00",
    ),
    (
        Telemetry(BOOT, 0, 1_000_000, 2, TWO_SAMPLES),
        1,
        "04 01 02 01 05 cd ab 34 12 01 01 01 04 40 42 0f 01 01 01 01 09 02 dc 05 c8 05 b4 2d d2 02 2b 03 dc"
        " 05 01 04 82 2d 28 02 29 05 10 09 91 f8 00",
    ),
    (
        Event(BOOT, 1_020_000, 3, 12, "CART-77"),
        2,
        "04 01 03 02 08 cd ab 34 12 60 90 0f 01 01 01 01 03 03 0c 01 01 0d 07 43 41 52 54 2d 37 37 ec a7 4f"
        " d8 00",
    ),
    (
        PenError(2, 0x83, 500, 25, "gone"),
        4,
        "04 01 06 04 05 02 83 f4 01 01 02 19 0a 04 67 6f 6e 65 76 ae 63 12 00",
    ),
    (
        Status(BOOT, 2_000_000, 250, 87, 3_120, 0),
        3,
        "04 01 04 03 08 cd ab 34 12 80 84 1e 01 01 01 01 02 fa 01 01 04 57 30 0c 01 01 01 05 65 76 e0 78 00",
    ),
]
