"""``survey posters``: print-ready QR codes."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from survey import collectors as lists
from survey import waves
from survey.cli.installation import open_database
from survey.collectors import CollectorLine, make_address
from survey.config import read_settings
from survey.models import Wave
from survey.posters import NoPosterError, PosterSheet, write_posters
from survey.words import CollectorKind, name_word


@click.command()
@click.argument("name", metavar="轮次")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="输出目录"
)
@click.option("--unit", "codes", multiple=True, metavar="单位编号", help="只打印这些单位，可重复")
def posters(name: str, output: Path, codes: tuple[str, ...]) -> None:
    """为每个单位生成一个 PDF，每类群体一页 A4 海报，带二维码和可手工输入的短网址。

    \b
    例：survey posters 第一轮 -o 海报
    """
    settings = read_settings()
    with open_database(settings) as database, database.read() as session:
        found = waves.find_wave(session, name)
        waves.require_opened(found, "打印海报")
        sheets = _list_sheets(session, found, settings.public_url)
    chosen = [sheet for sheet in sheets if not codes or sheet.unit_code in codes]
    if not chosen:
        raise NoPosterError
    with (
        warnings.catch_warnings(record=True) as remarks,
        Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress,
    ):
        task = progress.add_task("海报", total=len({sheet.unit_code for sheet in chosen}))
        paths = write_posters(chosen, output, after_file=lambda _: progress.advance(task))
    for remark in remarks:
        click.echo(str(remark.message), err=True)
    click.echo(f"已写入 {output}：{len(paths)} 个单位，{len(chosen)} 页", err=True)


def _list_sheets(session: Session, wave: Wave, public_url: str) -> list[PosterSheet]:
    lines = lists.list_collectors(session, wave)
    return [_make_sheet(line, wave, public_url) for line in lines if line.collector is CollectorKind.OPEN]


def _make_sheet(line: CollectorLine, wave: Wave, public_url: str) -> PosterSheet:
    address = make_address(public_url, line.token)
    parts = urlsplit(address)
    return PosterSheet(
        unit_code=line.unit_code,
        unit=line.unit,
        group=name_word(line.group),
        wave=wave.name,
        address=address,
        short_address=f"{parts.netloc}{parts.path}",
        county=wave.parameters.get("county", ""),
        organiser=wave.organiser,
        contact=wave.contact,
        closes_at=wave.closes_at,
    )
