"""``survey demo``: an example county from the unit list to the rate table, in a database of its own."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from importlib.resources import as_file, files
from random import Random
from typing import Any

import click

from questionnaires import builtin_definition
from survey import collectors, erasure, mixer, qr, units, waves
from survey.cli.installation import open_database
from survey.cli.ratetable import print_rows
from survey.clock import now
from survey.config import Settings, read_settings
from survey.counts import read_versions
from survey.db import Database
from survey.exports import plain_rows
from survey.keys import Keys
from survey.results import By, Table, make_table
from survey.server import run_server
from survey.simulation import simulate_answers
from survey.unitlist import read_units
from survey.words import CollectorKind, Group, name_word

WAVE = "示例轮次"
N_FURTHEST = 10


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--seed", type=int, default=20261123, show_default=True, help="模拟作答的随机种子")
@click.option("--no-serve", is_flag=True, help="只打印统计表，不启动网页服务")
def demo(port: int, seed: int, no_serve: bool) -> None:
    """示例县：导入名册、开始一轮、模拟作答、混合入库、打印统计表，然后提供网页服务。

    数据放在实例目录的 demo.db 里，每次重新生成，不影响正式数据。

    \b
    例：survey demo --no-serve
    """
    settings = _make_settings(port)
    keys = Keys.beside(settings.instance_path)
    with open_database(settings) as database:
        n_answers = _fill_county(database, Random(seed), keys)  # noqa: S311 - Made-up people need no secrecy, but a seed.
        n_mixed = mixer.mix_due(database, keys)
        erasure.erase_traces(database)
        click.echo(f"模拟了 {n_answers} 份答卷，已混合入库 {n_mixed} 份", err=True)
        _print_results(database)
        _print_address(database, settings)
    if not no_serve:
        click.echo(f"网页服务：{settings.public_url}/　按 Ctrl+C 结束", err=True)
        run_server(settings, bind=f"127.0.0.1:{port}", workers=1, mix_every=10)


def _make_settings(port: int) -> Settings:
    settings = read_settings()
    path = settings.instance_path / "demo.db"
    for old in (path, path.with_suffix(".db-wal"), path.with_suffix(".db-shm")):
        old.unlink(missing_ok=True)
    return replace(
        settings,
        database_url=f"sqlite:///{path}",
        public_url=f"http://127.0.0.1:{port}",
        county="示例县",
        organiser="示例县食品安全委员会办公室",
    )


def _fill_county(database: Database, random: Random, keys: Keys) -> int:
    """Import the units, open a wave, and answer; return how many answered."""
    present = now()
    with as_file(files("survey") / "data" / "example_units.csv") as path:
        unit_list = read_units(path)
    plan = waves.WavePlan(
        name=WAVE,
        opens_at=present - timedelta(days=3),
        closes_at=present + timedelta(days=7),
        organiser="示例县食品安全委员会办公室",
        contact="",
        kinds=dict.fromkeys(Group, CollectorKind.OPEN),
        parameters={"county": "示例县"},
    )
    with database.write() as session:
        units.apply_import(session, units.plan_import(session, unit_list))
        wave = waves.create_wave(session, plan)
        waves.open_wave(session, wave, {group: builtin_definition(group) for group in Group}, keys)
        lines = collectors.list_collectors(session, wave)
        return simulate_answers(session, lines, read_versions(session, wave), random, present)


def _print_results(database: Database) -> None:
    with database.read() as session:
        wave = waves.find_wave(session, WAVE)
        county = make_table(session, wave, By.GROUP)
        table = make_table(session, wave, By.UNIT)
    click.echo(f"\n全县（{WAVE}）")
    print_rows(county, plain_rows(county.rows))
    click.echo(f"\n离 100% 最远的 {N_FURTHEST} 个单位")
    print_rows(table, _find_furthest(table))
    for line in (*table.rules, *table.method):
        click.echo(line)


def _find_furthest(table: Table) -> list[dict[str, Any]]:
    rows = [
        row for row in plain_rows(table.rows) if row["group"] == "all" and row["gap_satisfaction"] is not None
    ]
    return sorted(rows, key=lambda row: -row["gap_satisfaction"])[:N_FURTHEST]


def _print_address(database: Database, settings: Settings) -> None:
    with database.read() as session:
        lines = collectors.list_collectors(session, waves.find_wave(session, WAVE))
    line = next(line for line in lines if line.headcount is None or line.accepted < line.headcount)
    address = collectors.make_address(settings.public_url, line.token)
    click.echo(f"\n问卷地址示例（{line.unit}，{name_word(line.group)}）：{address}")
    click.echo(qr.draw_terminal(address, ansi=sys.stdout.isatty()))
