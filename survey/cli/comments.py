"""``survey comments``: what people wrote."""

from __future__ import annotations

import click

from survey import comments as use_case
from survey import waves
from survey.cli.installation import open_database
from survey.cli.printing import print_csv, print_table


@click.command()
@click.argument("name", metavar="轮次")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True)
def comments(name: str, form: str) -> None:
    """列出各单位的书面意见；一个单位满 10 条才显示，不带群体、题目和时间，次序是打乱的。

    \b
    例：survey comments 第一轮 --format csv > 意见.csv
    """
    with open_database() as database, database.read() as session:
        found = waves.find_wave(session, name)
        waves.require_opened(found, "列出意见")
        units = use_case.list_comments(session, found)
    rows = [[unit.unit, text] for unit in units for text in unit.texts]
    if form == "csv":
        print_csv(["unit", "comment"], rows)
    else:
        print_table(["单位", "意见"], rows)
    talk = f"{len(units)} 个单位、{len(rows)} 条意见；不满 {use_case.MINIMUM_COMMENTS} 条的单位不显示"
    click.echo(talk, err=True)
