"""The tables, by noun, with the constraints that must always hold."""

from survey.models.base import Base
from survey.models.cells import Cell, IndicatorCell, Lock
from survey.models.events import Event
from survey.models.limits import SpentPuzzle, WrongCode
from survey.models.responses import Comment, InboxEntry, Receipt, Response
from survey.models.slips import Slip
from survey.models.units import Headcount, Unit
from survey.models.usage import Arrival, DeviceKey, DeviceShare, DeviceUse
from survey.models.waves import (
    Collector,
    CollectorChoice,
    QuestionnaireVersion,
    Wave,
    WaveGroup,
    WaveUnit,
)

__all__ = [
    "Arrival",
    "Base",
    "Cell",
    "Collector",
    "CollectorChoice",
    "Comment",
    "DeviceKey",
    "DeviceShare",
    "DeviceUse",
    "Event",
    "Headcount",
    "InboxEntry",
    "IndicatorCell",
    "Lock",
    "QuestionnaireVersion",
    "Receipt",
    "Response",
    "Slip",
    "SpentPuzzle",
    "Unit",
    "Wave",
    "WaveGroup",
    "WaveUnit",
    "WrongCode",
]
