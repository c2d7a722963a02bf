"""``main.py amend``: adds to a sealed record; what was sealed stays."""

import argparse

from console.app.keeping_command import opened_for_writing, proved
from console.domain.clock import iso_utc
from console.domain.rights import Right
from console.services.amend_desk import AmendDesk
from console.services.clocks import SystemClock
from console.services.event_words import amendment_words


def run(args: argparse.Namespace) -> int:
    """List what can be amended, or amend it."""
    with opened_for_writing(args) as desk:
        session_id = desk.store.find_session(args.session)
        amending = AmendDesk(desk.recorder, desk.store, SystemClock())
        if not args.text:
            for one in amending.entries(session_id):
                print(f"{one.seq:>6}  {iso_utc(one.at_us)[:19]}  {one.words}")
            return 0
        member = proved(desk, args, str(session_id), Right.EDIT_PATIENTS)
        made = amending.amend(session_id, args.text, args.reason, member, args.entry)
    print(f"{amendment_words(made)}; what was sealed stays beside it.")
    return 0
