"""Answers on their way: received, waiting in the inbox, mixed into sheets.

No table here has a time, an order of arrival or a key that leads from an answer to who gave it. Keys are
random bytes, and SQLite keeps the rows in the order of their keys (``WITHOUT ROWID``).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, word_column
from survey.words import WaveState

_BY_KEY = {"sqlite_with_rowid": False}


class Receipt(Base):
    """That a submission was received, so that sending it again makes no second response.

    ``digest`` is the SHA-256 of the submission id that the form carried; it stands in no other table.
    """

    __tablename__ = "receipts"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))

    __table_args__ = (_BY_KEY,)


class InboxEntry(Base):
    """One accepted answer that waits for the mixer.

    The pair (wave, state "open") must exist in ``waves``: the database itself refuses an answer to a wave
    that is not open, and refuses to close a wave while an answer of it waits here.
    """

    __tablename__ = "inbox"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    wave_id: Mapped[int]
    wave_state: Mapped[WaveState] = mapped_column(word_column(WaveState), default=WaveState.OPEN)
    collector_id: Mapped[int] = mapped_column(index=True)
    payload: Mapped[bytes]

    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "wave_state"], ["waves.id", "waves.state"]),
        ForeignKeyConstraint(["collector_id", "wave_id"], ["collectors.id", "collectors.wave_id"]),
        CheckConstraint("wave_state = 'open'", name="wave_is_open"),
        _BY_KEY,
    )


class Response(Base):
    """答卷: one person's mixed answers as a sheet, one character an item or option."""

    __tablename__ = "responses"

    collector_id: Mapped[int] = mapped_column(ForeignKey("collectors.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    version_id: Mapped[int]
    sheet_length: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "sheet_length"],
            ["questionnaire_versions.id", "questionnaire_versions.sheet_length"],
        ),
        CheckConstraint("length(sheet) = sheet_length", name="sheet_has_its_length"),
        _BY_KEY,
    )


class Comment(Base):
    """Open text of an item, with no key to the sheet it came with."""

    __tablename__ = "comments"

    collector_id: Mapped[int] = mapped_column(ForeignKey("collectors.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    item: Mapped[str] = mapped_column(String(40))
    text: Mapped[str]

    __table_args__ = (CheckConstraint("text <> ''", name="text_not_empty"), _BY_KEY)
