"""``survey rates``: the rate table."""

from __future__ import annotations

from pathlib import Path

import click

from survey import waves
from survey.cli.installation import open_database
from survey.cli.ratetable import print_rates
from survey.exports import WRITERS
from survey.results import By, make_table


@click.command()
@click.argument("name", metavar="轮次")
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    default=By.UNIT.value,
    show_default=True,
    help="每行是什么",
)
@click.option("--format", "form", type=click.Choice(["table", *WRITERS]), default="table", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="写入文件"
)
def rates(name: str, by: str, form: str, output: Path | None) -> None:
    """满意率、知晓率统计表，对照目标；每个单位都有一行，口径印在表下。

    \b
    例：survey rates 第一轮
        survey rates 第一轮 --by kind --format xlsx -o 统计表.xlsx
    """
    if form == "xlsx" and output is None:
        raise click.UsageError("xlsx 不能显示在屏幕上，请用 -o 指定文件")
    with open_database() as database, database.read() as session:
        table = make_table(session, waves.find_wave(session, name), By(by))
    if form == "table" and output is None:
        print_rates(table)
        return
    content = WRITERS["csv" if form == "table" else form](table)
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        output.write_bytes(content)
        click.echo(f"已写入 {output}", err=True)
