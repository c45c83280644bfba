"""``survey backup`` and ``survey restore``: a copy without anything that waits, and the way back."""

from __future__ import annotations

from pathlib import Path

import click

from survey import backups, erasure, mixer
from survey.cli.installation import open_database
from survey.config import read_settings
from survey.db import Database
from survey.keys import Keys

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE, metavar="文件")
def backup(file: Path) -> None:
    """先混合入库，再备份整个数据库到一个新文件；SQLite 和 PostgreSQL 的备份格式相同。

    备份里没有收件箱，也没有密钥：还没凑满一批的答卷不在备份里，命令会说明有几份。

    \b
    例：survey backup 备份/2026-12-01.db
    """
    settings = read_settings()
    keys = Keys.beside(settings.instance_path)
    with open_database(settings) as database:
        if mixer.mix_due(database, keys):
            erasure.erase_traces(database)
        contents = backups.write_backup(database, file)
    click.echo(f"已备份到 {file}：{contents.n_waves} 个轮次，{contents.n_responses} 份答卷", err=True)
    if contents.n_waiting:
        click.echo(
            f"另有 {contents.n_waiting} 份答卷还没凑满一批，不在备份里；结束轮次后再备份一次", err=True
        )


@click.command()
@click.argument("file", type=_FILE, metavar="文件")
def restore(file: Path) -> None:
    """把备份恢复到 SURVEY_DATABASE_URL 所指的空数据库（SQLite 或 PostgreSQL）。

    恢复时逐份重新计数核对；不一致则什么都不写入。

    \b
    例：survey restore 备份/2026-12-01.db
    """
    settings = read_settings()
    database = Database(settings.database_url)
    try:
        contents = backups.restore_backup(database, file, Keys.beside(settings.instance_path))
    finally:
        database.close()
    click.echo(
        f"已恢复 {contents.n_waves} 个轮次、{contents.n_responses} 份答卷（共 {contents.n_rows} 行），重新计数一致",
        err=True,
    )
