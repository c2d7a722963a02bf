"""What a manager asks over many sessions: by exception, and what else goes beyond one record."""

from dataclasses import dataclass

from console.services.area_insight import AreaInsightDesk
from console.services.exception_desk import ExceptionDesk
from console.services.insight_desk import InsightDesk
from console.services.recall_desk import RecallDesk


@dataclass(frozen=True, slots=True)
class QualityDesk:
    """Holds the desks of those questions."""

    exceptions: ExceptionDesk
    insights: InsightDesk
    recalls: RecallDesk
    areas: AreaInsightDesk
