"""``survey slips``: sheets of slips, new ones for spoiled ones, and print runs that replace older ones."""

from __future__ import annotations

import getpass
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from survey import slips as use_case
from survey import waves
from survey.cli.installation import open_database
from survey.clock import now
from survey.config import Settings, read_settings
from survey.db import Database
from survey.errors import SurveyError
from survey.events import Deed
from survey.models import Wave
from survey.prints import Printed, PrintRun, print_slips
from survey.slips import SlipOrder
from survey.slipsheets import SlipSheet
from survey.words import Group, name_word


class NoReasonError(SurveyError):
    """Slips to be voided without a reason."""

    def __init__(self) -> None:
        super().__init__("作废卡片要写明原因，例如 --reason 卡片打印不清")


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """Which slips a command is about."""

    wave: str
    unit_codes: tuple[str, ...]
    group: Group | None
    is_spoiled: bool


@click.command()
@click.argument("name", metavar="轮次")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="输出目录"
)
@click.option("--unit", "codes", multiple=True, metavar="单位编号", help="只打印这些单位，可重复")
@click.option("--group", type=click.Choice([group.value for group in Group]), help="只打印这类群体")
@click.option("--void", "is_spoiled", is_flag=True, help="作废逐张输入编码的卡片，并换发同样张数")
@click.option("--reason", default="", metavar="原因", help="作废原因，记入管理日志；有卡片要作废时必填")
@click.option("--yes", "is_sure", is_flag=True, help="作废旧卡片时不再询问")
def slips(
    name: str,
    output: Path,
    codes: tuple[str, ...],
    group: str | None,
    is_spoiled: bool,
    reason: str,
    is_sure: bool,
) -> None:
    """为一人一码的群体打印答题卡片：每人一张，A4 每页十张，每个单位每类群体一个 PDF。

    再次打印会作废还没有用过的旧卡片；已经交了答卷的人不受影响。卡片编码只在 PDF 里，打印后请删除文件。

    \b
    例：survey slips 第一轮 -o 答题卡片
        survey slips 第一轮 -o 补印 --unit D01 --group civil_servants --reason 整袋丢失
        survey slips 第一轮 -o 换发 --void --reason 卡片打印不清
    """
    settings = read_settings()
    choice = _Choice(
        wave=name, unit_codes=codes, group=Group(group) if group else None, is_spoiled=is_spoiled
    )
    with open_database(settings) as database:
        orders = _list_orders(database, choice)
        _confirm_voiding(orders, reason, is_sure)
        deed = Deed(actor=getpass.getuser(), reason=reason, moment=now())
        printed = _print_orders(database, choice, orders, output, deed, settings)
    _report(printed, output)


def _list_orders(database: Database, choice: _Choice) -> list[SlipOrder]:
    with database.read() as session:
        wave = waves.find_wave(session, choice.wave)
        orders = use_case.list_orders(session, wave, unit_codes=choice.unit_codes, group=choice.group)
        return _list_replacements(session, wave, orders) if choice.is_spoiled else orders


def _list_replacements(session: Session, wave: Wave, orders: Sequence[SlipOrder]) -> list[SlipOrder]:
    """Return the orders of those collectors whose spoiled slips were typed, voiding these alone."""
    spoiled: dict[int, set[bytes]] = defaultdict(set)
    for text in _read_codes():
        held = use_case.find_spoiled(session, wave, text, now())
        spoiled[held.collector_id].add(held.digest)
    return [
        replace(order, spoiled=frozenset(spoiled[order.line.collector_id]))
        for order in orders
        if order.line.collector_id in spoiled
    ]


def _read_codes() -> Iterator[str]:
    """Yield the codes that are typed, one a line, to an empty line; an argument would stay in the history."""
    prompt = "要作废的卡片编码（每行一个，空行结束）"
    while text := click.prompt(prompt, default="", show_default=False, err=True).strip():
        yield text


def _confirm_voiding(orders: Sequence[SlipOrder], reason: str, is_sure: bool) -> None:
    n_voided = sum(order.n_voided for order in orders)
    if not n_voided:
        return
    if not reason.strip():
        raise NoReasonError
    question = f"将作废 {n_voided} 张还没有用过的卡片，持卡人要换新卡片才能作答。继续吗？"
    if not is_sure:
        click.confirm(question, abort=True, err=True)


def _print_orders(
    database: Database,
    choice: _Choice,
    orders: Sequence[SlipOrder],
    output: Path,
    deed: Deed,
    settings: Settings,
) -> Printed:
    with database.read() as session:
        wave = waves.find_wave(session, choice.wave)
    run = PrintRun(
        orders=orders,
        make_sheet=lambda order: _make_sheet(order, wave, f"{settings.public_url}/s"),
        directory=output,
        deed=deed,
    )
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("答题卡片", total=sum(order.n_new for order in orders))
        return print_slips(database, run, lambda n_slips: progress.advance(task, n_slips))


def _make_sheet(order: SlipOrder, wave: Wave, address: str) -> SlipSheet:
    parts = urlsplit(address)
    return SlipSheet(
        unit_code=order.line.unit_code,
        unit=order.line.unit,
        group=name_word(order.line.group),
        wave=wave.name,
        address=address,
        short_address=f"{parts.netloc}{parts.path}",
        organiser=wave.organiser,
        contact=wave.contact,
        closes_at=wave.closes_at,
        run=order.run,
    )


def _report(printed: Printed, output: Path) -> None:
    for remark in printed.remarks:
        click.echo(remark, err=True)
    click.echo(f"已写入 {output}：{len(printed.paths)} 个文件，{printed.n_slips} 张卡片", err=True)
    if printed.paths:
        click.echo(
            "文件里有全部编码，只有当前用户能打开；打印、核对张数后请立即删除，不要用微信传送", err=True
        )
