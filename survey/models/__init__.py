"""The tables, by noun, with the constraints that must always hold."""

from survey.models.base import Base
from survey.models.cells import Cell, IndicatorCell, Lock
from survey.models.responses import Comment, InboxEntry, Receipt, Response
from survey.models.units import Headcount, Unit
from survey.models.waves import Collector, QuestionnaireVersion, Wave, WaveGroup, WaveUnit

__all__ = [
    "Base",
    "Cell",
    "Collector",
    "Comment",
    "Headcount",
    "InboxEntry",
    "IndicatorCell",
    "Lock",
    "QuestionnaireVersion",
    "Receipt",
    "Response",
    "Unit",
    "Wave",
    "WaveGroup",
    "WaveUnit",
]
