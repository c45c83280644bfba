"""``survey db``: the schema of the database."""

from __future__ import annotations

import click

from survey.config import read_settings
from survey.db import Database
from survey.schema import current_revision, upgrade_schema


@click.group()
def db() -> None:
    """数据库结构。"""


@db.command()
def upgrade() -> None:
    """把数据库结构升级到本程序需要的版本；升级前请先备份。

    \b
    例：survey db upgrade
    """
    database = Database(read_settings().database_url)
    upgrade_schema(database)
    click.echo(f"数据库结构版本：{current_revision(database)}", err=True)
    database.close()
