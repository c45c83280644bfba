"""``survey flags``: which units to look at again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from survey import waves
from survey.cli.installation import open_database
from survey.cli.printing import print_table
from survey.exports import plain_rows
from survey.figures import show_percent
from survey.flagfiles import CAUTION, FLAG_WRITERS
from survey.results import FlagTable, list_flags

_TITLES: Final = ("次序", "单位编号", "提示", "依据份数", "占比", "校正后 P 值")


@click.command()
@click.argument("name", metavar="轮次")
@click.option(
    "--format", "form", type=click.Choice(["table", *FLAG_WRITERS]), default="table", show_default=True
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="写入文件"
)
def flags(name: str, form: str, output: Path | None) -> None:
    """哪些单位的答卷与其他单位明显不同，建议复核；只作提示，不能证明作假，也不删除任何答卷。

    \b
    例：survey flags 第一轮
        survey flags 第一轮 --format csv -o 复核提示.csv
    """
    with open_database() as database, database.read() as session:
        table = list_flags(session, waves.find_wave(session, name))
    if not table.is_final:
        click.echo(f"轮次“{table.wave}”还在进行，以下只是目前的情况；结束后请再看一次", err=True)
    if form == "table" and output is None:
        _print_flags(table)
        return
    content = FLAG_WRITERS["csv" if form == "table" else form](table)
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        output.write_bytes(content)
        click.echo(f"已写入 {output}", err=True)


def _print_flags(table: FlagTable) -> None:
    ranks = dict(zip(table.units["unit_code"], table.units["rank"], strict=True))
    raised = plain_rows(table.signals[table.signals["flagged"]])
    raised.sort(key=lambda row: (ranks[row["unit_code"]], row["adjusted"]))
    click.echo(f"共比较 {table.n_units} 个单位，{table.units['flagged'].sum()} 个建议复核")
    if raised:
        print_table((*_TITLES, "说明"), [[str(ranks[row["unit_code"]]), *_show(row)] for row in raised])
    click.echo(
        f"答卷不足 {table.minimum_n} 份的单位不比较；预期误报占提示的比例不超过 {table.false_discovery_rate:.0%}"
    )
    for line in CAUTION:
        click.echo(line)


def _show(row: dict[str, Any]) -> list[str]:
    figures = [str(int(row["n"])), show_percent(row["share"]), f"{row['adjusted']:.2g}"]
    return [row["unit_code"], _SIGNALS[row["signal"]], *figures, row["sentence"]]


_SIGNALS: Final = {
    "identical_sheets": "答卷雷同",
    "identical_errors": "错误雷同",
    "straight_lines": "一路到底",
    "best_sheets": "全是最好答案",
    "shared_devices": "共用设备",
    "arrival_peaks": "集中到达",
}
