"""A desktop's screen saver and the system's login1, far enough to be asked: python desktop_on_a_bus.py ADDRESS NAME.

Prints one line for each thing that happens: ``ready``, ``inhibit WHAT...``, ``gone`` (the asker left the bus or
closed its descriptor). With NAME ``refusing`` every request is answered with an error.
"""

import os
import select
import sys

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return
from jeepney.bus import get_bus
from jeepney.io.blocking import DBusConnection, prep_socket

BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def main() -> None:
    address, name = sys.argv[1:]
    connection = DBusConnection(prep_socket(get_bus(address), True), enable_fds=True)
    served = "org.freedesktop.ScreenSaver" if name == "refusing" else name
    connection.send_and_get_reply(new_method_call(BUS, "RequestName", "su", (served, 0)))
    rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"
    connection.send_and_get_reply(new_method_call(BUS, "AddMatch", "s", (rule,)))
    say("ready")
    askers: set[str] = set()
    while True:
        message = connection.receive()
        fields = message.header.fields
        if message.header.message_type is MessageType.method_call and fields[HeaderFields.member] == "Inhibit":
            say("inhibit", *message.body)
            if name == "refusing":
                connection.send(new_error(message, "org.example.Refused", "s", ("not today",)))
                continue
            askers.add(fields[HeaderFields.sender])
            if len(message.body) == 4:
                _hold_by_descriptor(connection, message)
            else:
                connection.send(new_method_return(message, "u", (7,)))
        elif fields.get(HeaderFields.member) == "NameOwnerChanged":
            who, _, owner = message.body
            if who in askers and not owner:
                say("gone")


def _hold_by_descriptor(connection: DBusConnection, message: object) -> None:
    ours, theirs = os.pipe()
    connection.send(new_method_return(message, "h", (theirs,)))
    os.close(theirs)
    select.select([ours], [], [])  # readable at the end of the file: the last copy of the other end is closed
    os.close(ours)
    say("gone")


if __name__ == "__main__":
    main()
