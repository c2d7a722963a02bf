"""The tutorial way of reading a serial instrument: pyserial, ``readline``, ``split``, a list."""

import time

import serial


def read_lines(port_name: str, count: int) -> tuple[list[list[float]], float]:
    """Read ``count`` samples of comma-separated text; give them and the seconds after the first one."""
    samples = []
    with serial.Serial(port_name, 115200, timeout=5) as port:
        port.write(b"g")
        samples.append([float(field) for field in port.readline().decode().strip().split(",")])
        began_s = time.perf_counter()
        while len(samples) < count:
            line = port.readline().decode().strip()
            samples.append([float(field) for field in line.split(",")])
        return samples, time.perf_counter() - began_s


def cpu_share(port_name: str, count: int) -> float:
    """Read ``count`` samples as they come; give this thread's CPU time against real time."""
    with serial.Serial(port_name, 115200, timeout=5) as port:
        port.write(b"g")
        samples = [port.readline().decode().strip().split(",")]
        began_s, cpu_s = time.perf_counter(), time.thread_time()
        while len(samples) < count:
            line = port.readline().decode().strip()
            samples.append([float(field) for field in line.split(",")])
        return (time.thread_time() - cpu_s) / (time.perf_counter() - began_s)
