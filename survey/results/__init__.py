"""The one door through which every published number leaves: rate tables and integrity flags."""

from survey.results.flags import FlagTable, list_flags
from survey.results.tables import By, Table, make_table

__all__ = ["By", "FlagTable", "Table", "list_flags", "make_table"]
