"""Answering: from the page to the inbox, once for each person."""

from __future__ import annotations

from pages import PageClient
from smallwave import SMALL, read_waiting

from questionnaires import Codebook
from survey.collectors import CollectorLine
from survey.db import Database

ANSWERS = {
    "overall": "good",
    "has_canteen": "own",
    "canteen": "bad",
    "channels": ["meeting", "video"],
    "remark": "少放盐",
}


def address_of(line: CollectorLine) -> str:
    return f"/q/{line.token}"


def test_answers_reach_the_inbox_as_they_were_chosen(
    phone: PageClient, line: CollectorLine, database: Database
) -> None:
    page = phone.send(phone.get(address_of(line)), **ANSWERS)
    assert (page.status, page.heading) == (200, "已收到您的答卷，谢谢您")
    ((sheet, comments),) = read_waiting(database)
    assert Codebook(SMALL).decode(sheet) == {
        "overall": ("good",),
        "has_canteen": ("own",),
        "canteen": ("bad",),
        "channels": ("meeting", "video"),
    }
    assert comments == {"remark": "少放盐"}
