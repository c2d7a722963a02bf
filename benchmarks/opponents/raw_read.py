"""The floor: the same bytes read in bulk and thrown away."""

import os
import select
import time

import serial


def read_raw(port_name: str, byte_count: int) -> float:
    """Read ``byte_count`` bytes; give bytes a second after the first read."""
    with serial.Serial(port_name, 115200) as port:
        descriptor = port.fileno()
        port.write(b"g")
        first = taken = 0
        began_s = 0.0
        while taken < byte_count:
            select.select((descriptor,), (), ())
            taken += len(os.read(descriptor, 65_536))
            if not first:
                first, began_s = taken, time.perf_counter()
        return (taken - first) / (time.perf_counter() - began_s)
