"""The one door through which every published number leaves: counts in, suppressed tables out."""

from survey.results.tables import By, Table, make_table

__all__ = ["By", "Table", "make_table"]
