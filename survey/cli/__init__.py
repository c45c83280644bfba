"""The ``survey`` command: every use case from the terminal, one module a noun.

A command's module is imported only when it is called, so that ``survey serve`` starts without pandas.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final, NoReturn

import click

from questionnaires import DefinitionError, ParameterError
from survey.errors import SurveyError
from survey.version import VERSION

_COMMANDS: Final = {
    "audit": "survey.cli.audit:audit",
    "backup": "survey.cli.backup:backup",
    "collectors": "survey.cli.collectors:collectors",
    "comments": "survey.cli.comments:comments",
    "db": "survey.cli.db:db",
    "demo": "survey.cli.demo:demo",
    "flags": "survey.cli.flags:flags",
    "mix": "survey.cli.operations:mix",
    "posters": "survey.cli.posters:posters",
    "questionnaires": "survey.cli.questionnaires:questionnaires",
    "rates": "survey.cli.rates:rates",
    "restore": "survey.cli.backup:restore",
    "serve": "survey.cli.serve:serve",
    "slips": "survey.cli.slips:slips",
    "units": "survey.cli.units:units",
    "verify": "survey.cli.operations:verify",
    "wave": "survey.cli.wave:wave",
}

_MENDABLE: Final = (SurveyError, DefinitionError, ParameterError)


class _Commands(click.Group):
    """A group that imports a command when it is named, and prints what a person can mend."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; print a mendable error in its own words and exit 1."""
        try:
            return super().invoke(ctx)
        except _MENDABLE as error:
            _give_up(str(error))


def _give_up(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="survey")
def main() -> None:
    """县域食品安全满意度、知晓率调查。

    \b
    一轮调查的顺序：
      survey units import 单位名册.xlsx      导入单位名册
      survey wave create 第一轮 --opens 2026-12-01 --closes 2026-12-10
      survey wave open 第一轮                冻结名册和问卷，开始
      survey slips 第一轮 -o 答题卡片        打印一人一码的答题卡片
      survey posters 第一轮 -o 海报          打印公开二维码海报（群众）
      survey serve                           让大家扫码作答
      survey wave close 第一轮               结束
      survey rates 第一轮                    满意率、知晓率表
    """
