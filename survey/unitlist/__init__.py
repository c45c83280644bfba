"""The office's unit list: a workbook or CSV file in, checked units out, or every fault at once.

Nothing here knows the database. Reading is one pass from bytes to records: the file is opened with care
(``files``, ``archives``, ``workbooks``, ``delimited``), the header is found by its words (``headers``), rows
are told apart (``rows``), cells are read (``entries``), the list is checked as a whole (``lists``, ``totals``).
"""

from survey.unitlist.faults import Place, Remark, UnitListError
from survey.unitlist.readers import parse_units, read_units
from survey.unitlist.records import UnitList, UnitRecord

__all__ = ["Place", "Remark", "UnitList", "UnitListError", "UnitRecord", "parse_units", "read_units"]
