"""Help: every command explains itself with an example."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from cli_runs import Run

from survey.cli import main


def list_commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from list_commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = sorted(list_commands(main))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, command: tuple[str, ...]) -> None:
    shown = run(*command, "--help").stdout
    assert f"例：survey {' '.join(command)}" in shown


def test_the_commands_of_the_contract_are_there() -> None:
    promised = {("serve",), ("demo",), ("units", "import"), ("questionnaires", "check"), ("wave", "create")}
    promised |= {("wave", "open"), ("wave", "close"), ("wave", "list"), ("wave", "show"), ("collectors",)}
    promised |= {("posters",), ("rates",), ("mix",), ("verify",), ("db", "upgrade")}
    assert promised <= set(COMMANDS)


def test_it_says_its_version(run: Run) -> None:
    assert "survey, version 0.1.0" in run("--version").stdout
