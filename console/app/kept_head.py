"""A head somebody kept outside the computer, such as on a printed report, compared with a session's chain."""

import re
from uuid import UUID

from console.domain.errors import OperatorError
from console.domain.ports import ChainFault
from db.session_store import SessionStore


def read_head(text: str) -> str:
    """Give a head's characters; OperatorError where it is none."""
    head = re.sub(r"\s", "", text.lower())
    if not re.fullmatch("[0-9a-f]{8,64}", head):
        raise OperatorError(f"«{text}» is no head", "nothing was checked", "give its 8 characters, or more of it")
    return head


def head_fault(store: SessionStore, session_id: UUID, head: str) -> ChainFault | None:
    """Give the fault where no event of a whole chain has this head: what it stood for is gone."""
    if store.has_head(session_id, head):
        return None
    return ChainFault(session_id, store.length(session_id) + 1,
                      f"is missing: the head {head[:8]} kept elsewhere is not on this chain")
