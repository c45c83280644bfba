"""``survey mix`` and ``survey verify``: what keeps the counts right."""

from __future__ import annotations

import os
import sys
import time

import click
from sqlalchemy.exc import OperationalError

from survey import erasure, mixer, slips, verification, waves
from survey.cli.installation import open_database
from survey.clock import now
from survey.config import read_settings
from survey.db import Database
from survey.errors import SurveyError
from survey.keys import Keys


@click.command()
@click.option("--every", type=click.IntRange(1, 86400), metavar="秒", help="每隔这么久做一次，直到进程被结束")
@click.option("--attended-by", type=int, hidden=True, metavar="进程号", help="这个进程不在了就结束")
def mix(every: int | None, attended_by: int | None) -> None:
    """把收件箱中凑满一批（同一单位同一群体 10 份）的答卷打乱后入库。

    survey serve 会定时做这件事；结束轮次时剩余答卷会一并入库。

    \b
    例：survey mix
    """
    settings = read_settings()
    keys = Keys.beside(settings.instance_path)
    with open_database(settings) as database:
        if every is None:
            click.echo(f"已混合入库 {_mix_once(database, keys)} 份答卷", err=True)
        else:
            _mix_forever(database, keys, every, attended_by)


def _mix_once(database: Database, keys: Keys) -> int:
    n_mixed = mixer.mix_due(database, keys)
    if n_mixed:
        erasure.erase_traces(database)
    erasure.destroy_keys(database, keys)
    slips.destroy_old(database, now())
    return n_mixed


def _mix_forever(database: Database, keys: Keys, pause: int, parent: int | None) -> None:
    """Mix after every pause; with a ``parent``, only while this process is still a child of it."""
    while parent is None or os.getppid() == parent:
        time.sleep(pause)
        try:
            _mix_once(database, keys)
        except SurveyError as error:
            click.echo(str(error), err=True)
        except OperationalError as error:
            # The database is away or busy; the answers are safe in the inbox until the next round.
            click.echo(f"混合入库未完成，稍后再试：{type(error.orig).__name__}", err=True)


@click.command()
@click.argument("name", metavar="[轮次]", required=False)
def verify(name: str | None) -> None:
    """从答卷逐份重新计数，核对统计表所用的计数；有不一致时逐项列出，退出码为 1。

    \b
    例：survey verify 第一轮
    """
    with open_database() as database, database.read() as session:
        chosen = [waves.find_wave(session, name)] if name else waves.list_waves(session)
        differences = [line for wave in chosen for line in verification.verify_wave(session, wave)]
    for difference in differences:
        click.echo(difference)
    click.echo(f"核对了 {len(chosen)} 个轮次，{len(differences)} 处不一致", err=True)
    sys.exit(1 if differences else 0)
