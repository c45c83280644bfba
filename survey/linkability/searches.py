"""Searches: contents, codes and times where none may be, byte by byte."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import DateTime

from survey.db import Moment
from survey.linkability.loot import Loot
from survey.linkability.people import Person
from survey.models import Base

_FINE_TIME = re.compile(rb"\b\d{1,2}:\d{2}(?!\d)|\b1\d{9}\b")
_NEAR_ANSWERS = ("receipts", "responses")


def search_contents(loot: Loot, people: Sequence[Person]) -> Iterator[str]:
    """Yield what can be read of answers that only wait: before a mix that must be nothing at all."""
    for name, content in loot.files.items():
        for person in people:
            if person.sheet.encode() in content or person.comment.encode() in content:
                yield f"{name}：有一份等待中的答卷可以直接读出"
                break
    sizes = {len(payload) for payload in loot.payloads}
    if len(sizes) > 1:
        yield f"收件箱：密文长度不一（{sorted(sizes)}），长短会泄露内容"


def search_traces(loot: Loot, submission_ids: Sequence[str], tokens: Sequence[str]) -> Iterator[str]:
    """Yield submission ids in any file, collectors' codes and times finer than an hour in any log."""
    for name, content in loot.files.items():
        if any(submission.encode() in content for submission in submission_ids):
            yield f"{name}：有提交编号"
    for name in loot.logs:
        content = loot.files[name]
        if any(token.encode() in content for token in tokens):
            yield f"{name}：有二维码代码"
        if _FINE_TIME.search(content):
            yield f"{name}：有细于一小时的时间"


def search_schema() -> Iterator[str]:
    """Yield columns with a time in tables that stand beside answers."""
    for table in Base.metadata.sorted_tables:
        is_near = "collector_id" in table.columns or table.name in _NEAR_ANSWERS
        for column in table.columns:
            if is_near and isinstance(column.type, DateTime | Moment):
                yield f"{table.name}.{column.name}：答卷旁边有时间"
