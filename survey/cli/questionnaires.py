"""``survey questionnaires``: checking definitions before people see them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from questionnaires import GROUPS, DefinitionError, definition_path, lint, load_definition


@click.group()
def questionnaires() -> None:
    """问卷定义。"""


@questionnaires.command()
@click.argument(
    "files", metavar="[文件]...", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
def check(files: tuple[Path, ...]) -> None:
    """检查问卷定义（TOML）是否有效、是否中立易懂；不给文件时检查自带的五份。

    有问题时逐条列出位置和理由，退出码为 1。

    \b
    例：survey questionnaires check 我的问卷.toml
    """
    chosen = files or tuple(definition_path(group) for group in GROUPS)
    n_problems = sum(_check_file(path) for path in chosen)
    click.echo(f"检查了 {len(chosen)} 份问卷，{n_problems} 个问题", err=True)
    sys.exit(1 if n_problems else 0)


def _check_file(path: Path) -> int:
    try:
        findings = lint(load_definition(path))
    except DefinitionError as error:
        for fault in error.faults:
            click.echo(f"{path.name}：{fault.path}：{fault.message}")
        return len(error.faults)
    for finding in findings:
        click.echo(f"{path.name}：{finding.path}：{finding.code} {finding.message}")
    return len(findings)
