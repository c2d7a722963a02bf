"""Comparisons as pages ask for them: on the query thread, each session's reading noted."""

from collections.abc import Callable, Sequence
from uuid import UUID

from console.domain.ports import SessionReader, SessionRow
from console.services.query_thread import QueryThread
from console.services.reading_gate import ReadingGate
from console.services.session_compare import Comparison, read_comparison, read_with_former

Answer = Callable[[Comparison], None]
Failed = Callable[[BaseException], None]


class CompareDesk:
    """Puts sessions side by side."""

    def __init__(self, queries: QueryThread, reader: SessionReader, gate: ReadingGate) -> None:
        self._queries, self._reader, self._gate = queries, reader, gate

    def sessions(self, session_ids: Sequence[UUID], answer: Answer, failed: Failed) -> None:
        """Ask for a comparison of two to four sessions."""
        wanted = tuple(session_ids)
        self._ask(lambda: read_comparison(self._reader, wanted), [str(one) for one in wanted], answer, failed)

    def with_former(self, row: SessionRow, answer: Answer, failed: Failed) -> None:
        """Ask for a session beside the patient's finished one before it."""
        self._ask(lambda: read_with_former(self._reader, row), [str(row.session_id)], answer, failed)

    def _ask(self, question: Callable[[], Comparison], subjects: Sequence[str], answer: Answer, failed: Failed) -> None:
        if (refused := self._gate.refused()) is not None:
            failed(refused)
            return
        for one in subjects:
            self._gate.note("session_read", one, "compared")
        self._queries.ask(question, answer, failed)
