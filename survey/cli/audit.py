"""``survey audit``: attacks on the platform that an auditor can run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from survey.cli.printing import print_table
from survey.db import Database
from survey.linkability import Report, Score, play_game
from survey.linkability.game import refuse_waves

_NAMES = {"responses": "答卷", "comments": "意见"}


@click.group()
def audit() -> None:
    """审计：用攻击检验本平台的承诺。"""


@audit.command()
@click.option("--people", type=click.IntRange(60, 3000), default=300, show_default=True, help="模拟人数")
@click.option("--database-url", metavar="URL", help="空的数据库，例如 PostgreSQL；默认用临时的 SQLite 文件")
@click.option("--seed", type=int, default=20261123, show_default=True, help="模拟作答的随机种子")
def linkability(people: int, database_url: str | None, seed: int) -> None:
    """关联游戏：模拟的人按已知顺序作答，攻击者拿走数据库、日志、备份和导出文件，试着把人和答卷对上。

    猜中的人数不超过“随机猜测 + 3σ”，且什么内容都读不出，才算通过（退出码 0）。不使用正式数据。

    \b
    例：survey audit linkability
        survey audit linkability --database-url postgresql+psycopg://…/空数据库
    """
    with TemporaryDirectory(prefix="survey-linkability-") as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'survey.db'}"
        _require_empty(url)
        report = play_game(url, Path(folder), n_people=people, random=Random(seed))  # noqa: S311 - Made-up people need no secrecy, but a seed.
    _print_report(report)
    sys.exit(1 if report.is_won else 0)


def _require_empty(url: str) -> None:
    database = Database(url)
    try:
        refuse_waves(database)
    finally:
        database.close()


def _print_report(report: Report) -> None:
    click.echo(f"{report.n_people} 人作答；攻击者拿到 {report.n_files} 个文件")
    for table, scores in report.scores.items():
        _print_scores(_NAMES[table], scores)
    for finding in report.findings:
        click.echo(f"泄露：{finding}")
    click.echo(
        "不通过：攻击者有收获" if report.is_won else "通过：攻击者不比随机猜测强，也读不出任何等待中的内容"
    )


def _print_scores(name: str, scores: Sequence[Score]) -> None:
    chosen = scores[0]
    click.echo(
        f"\n{name}：攻击者凭同谋者的{name}选中“{chosen.trick}”，其余 {chosen.n_people} 人猜中 {chosen.hits} 人；"
        f"随机猜测平均 {chosen.chance:.0f} 人，上限（+3σ）{chosen.limit:.1f} 人"
    )
    rows = [[score.trick, str(score.hits), "超过" if score.is_won else ""] for score in scores]
    print_table(["手法", "猜中", "上限"], rows)
