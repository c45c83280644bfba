"""``survey collectors``: the addresses of a wave."""

from __future__ import annotations

import click

from survey import collectors as use_case
from survey import waves
from survey.cli.installation import open_database
from survey.cli.printing import print_csv, print_table
from survey.config import read_settings
from survey.words import name_word

_COLUMNS = ("unit_code", "unit", "kind", "parent", "group", "collector", "headcount", "accepted", "address")


@click.command()
@click.argument("name", metavar="轮次")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True)
def collectors(name: str, form: str) -> None:
    """列出一个轮次每个单位、每类群体的问卷地址。

    \b
    例：survey collectors 第一轮 --format csv > 地址.csv
    """
    settings = read_settings()
    with open_database(settings) as database, database.read() as session:
        found = waves.find_wave(session, name)
        waves.require_opened(found, "列出地址")
        lines = use_case.list_collectors(session, found)
    addresses = [use_case.find_address(settings.public_url, line) for line in lines]
    if form == "csv":
        print_csv(_COLUMNS, map(_list_codes, lines, addresses))
    else:
        print_table(["单位编号", "单位", "群体", "应答人数", "地址"], map(_list_names, lines, addresses))


def _list_codes(line: use_case.CollectorLine, address: str) -> list[object]:
    return [
        line.unit_code,
        line.unit,
        line.kind.value,
        line.parent or "",
        line.group.value,
        line.collector.value,
        "" if line.headcount is None else line.headcount,
        line.accepted,
        address,
    ]


def _list_names(line: use_case.CollectorLine, address: str) -> list[str]:
    people = "—" if line.headcount is None else str(line.headcount)
    return [line.unit_code, line.unit, name_word(line.group), people, address]
