"""``survey wave``: a campaign from draft to archive."""

from __future__ import annotations

from collections import Counter
from typing import Final

import click

from questionnaires import builtin_definition
from survey import collectors, erasure, mixer, waves
from survey.cli.channels import choose_channels
from survey.cli.installation import open_database
from survey.cli.printing import print_table
from survey.clock import now, read_moment, show_deadline, show_moment
from survey.config import read_settings
from survey.errors import SurveyError
from survey.keys import Keys
from survey.models import Wave
from survey.words import CollectorKind, Group, name_word

_NEXT: Final = {
    CollectorKind.OPEN: "survey posters {} -o 海报　打印公开二维码海报",
    CollectorKind.SLIP: "survey slips {} -o 答题卡片　打印一人一码的答题卡片",
}


class ParameterFormError(SurveyError):
    """A local fact that is not written as name=value."""

    def __init__(self, text: str) -> None:
        super().__init__(f"--set {text}：请写成 名称=内容，例如 --set banquet_headcount=50")


@click.group()
def wave() -> None:
    """调查轮次。"""


@wave.command()
@click.argument("name", metavar="轮次")
@click.option(
    "--opens", required=True, metavar="时间", help="开始时间，2026-12-01 或 2026-12-01T08:00（北京时间）"
)
@click.option("--closes", required=True, metavar="时间", help="结束时间；只写日期时含当天")
@click.option(
    "--collector",
    type=click.Choice([kind.value for kind in CollectorKind]),
    help="所有群体的收集渠道：open 公开二维码，slip 一人一码；不写时，有应答人数的群体用 slip，群众用 open",
)
@click.option(
    "--kind",
    "choices",
    multiple=True,
    metavar="[单位类别:]群体=渠道",
    help="个别群体的收集渠道，可重复，如 --kind deputies=open --kind soe:soe_staff=open",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    type=click.Choice([group.value for group in Group]),
    help="只调查这些群体，可重复",
)
@click.option("--target", type=float, default=1.0, show_default=True, help="两个率的目标，100% 写作 1")
@click.option("--county", help="县（市、区）名称，问卷中使用；默认取 SURVEY_COUNTY")
@click.option("--organiser", help="主办单位；默认取 SURVEY_ORGANISER")
@click.option("--contact", help="咨询电话等联系方式；默认取 SURVEY_CONTACT")
@click.option("--set", "facts", multiple=True, metavar="名称=内容", help="问卷中的本地参数，可重复")
def create(
    name: str,
    opens: str,
    closes: str,
    collector: str | None,
    choices: tuple[str, ...],
    groups: tuple[str, ...],
    target: float,
    county: str | None,
    organiser: str | None,
    contact: str | None,
    facts: tuple[str, ...],
) -> None:
    """新建一个轮次（草稿）。

    \b
    例：survey wave create 第一轮 --opens 2026-12-01 --closes 2026-12-10 --county 示例县
        survey wave create 第二轮 --opens 2027-03-01 --closes 2027-03-10 --kind deputies=open
    """
    settings = read_settings()
    channels = choose_channels([Group(group) for group in groups or Group], collector, choices)
    plan = waves.WavePlan(
        name=name,
        opens_at=read_moment(opens),
        closes_at=read_moment(closes, end_of_day=True),
        organiser=organiser or settings.organiser,
        contact=contact or settings.contact,
        kinds=channels.kinds,
        exceptions=channels.exceptions,
        parameters={"county": county or settings.county} | dict(_split_fact(fact) for fact in facts),
        target=target,
    )
    with open_database(settings) as database, database.write() as session:
        created = waves.create_wave(session, plan)
        _remind_of_facts(created)
        click.echo(f"已建立轮次“{created.name}”（草稿）。下一步：survey wave open {created.name}", err=True)


@wave.command()
@click.argument("name", metavar="轮次")
def delete(name: str) -> None:
    """删除一个还没有开始的轮次（草稿），以便重新建立。

    \b
    例：survey wave delete 第一轮
    """
    with open_database() as database, database.write() as session:
        waves.delete_wave(session, waves.find_wave(session, name))
        click.echo(f"已删除草稿“{name}”", err=True)


@wave.command("open")
@click.argument("name", metavar="轮次")
@click.option("--set", "facts", multiple=True, metavar="名称=内容", help="补充问卷中的本地参数，可重复")
def open_wave(name: str, facts: tuple[str, ...]) -> None:
    """冻结单位名册、应答人数和问卷，生成每个单位每类群体的二维码地址。

    \b
    例：survey wave open 第一轮
        survey wave open 第一轮 --set banquet_headcount=50
    """
    definitions = {group: builtin_definition(group) for group in Group}
    settings = read_settings()
    keys = Keys.beside(settings.instance_path)
    with open_database(settings) as database:
        erasure.refuse_commit_times(database)
        with database.write() as session:
            found = waves.find_wave(session, name)
            found.parameters = found.parameters | dict(_split_fact(fact) for fact in facts)
            _remind_of_facts(found)
            waves.open_wave(session, found, definitions, keys)
            kinds = Counter(line.collector for line in collectors.list_collectors(session, found))
        period = f"{show_moment(found.opens_at)} 至 {show_deadline(found.closes_at)}"
        made = "，".join(f"{name_word(kind)} {n} 个" for kind, n in sorted(kinds.items()))
        click.echo(f"轮次“{found.name}”已开始：{made}，作答时间 {period}", err=True)
        for kind in sorted(kinds):
            click.echo(f"下一步：{_NEXT[kind].format(found.name)}", err=True)
        if found.closes_at <= now():
            click.echo("提醒：结束时间已经过去，现在收不到答卷；请核对 --opens 和 --closes", err=True)
        if not found.contact:
            click.echo("提醒：没有联系方式（--contact 或 SURVEY_CONTACT），告知页只写主办单位名称", err=True)


@wave.command()
@click.argument("name", metavar="轮次")
def close(name: str) -> None:
    """结束一个轮次：不再接收答卷，剩余答卷打乱入库。不能撤销。

    \b
    例：survey wave close 第一轮
    """
    settings = read_settings()
    keys = Keys.beside(settings.instance_path)
    with open_database(settings) as database:
        with database.write() as session:
            found = waves.find_wave(session, name)
            n_mixed = waves.close_wave(session, found, now(), keys)
        erasure.erase_traces(database)
        erasure.destroy_keys(database, keys)
        click.echo(f"轮次“{found.name}”已结束，最后入库 {n_mixed} 份答卷", err=True)


@wave.command()
@click.argument("name", metavar="轮次")
def archive(name: str) -> None:
    """把已结束的轮次归档；统计表仍可查看。

    \b
    例：survey wave archive 第一轮
    """
    with open_database() as database, database.write() as session:
        found = waves.find_wave(session, name)
        waves.archive_wave(session, found)
        click.echo(f"轮次“{found.name}”已归档", err=True)


@wave.command("list")
def list_waves() -> None:
    """列出所有轮次。

    \b
    例：survey wave list
    """
    with open_database() as database, database.read() as session:
        rows = [
            [found.name, name_word(found.state), show_moment(found.opens_at), show_deadline(found.closes_at)]
            for found in waves.list_waves(session)
        ]
    print_table(["轮次", "状态", "开始", "结束"], rows)


@wave.command()
@click.argument("name", metavar="轮次")
def show(name: str) -> None:
    """显示一个轮次：状态、时间、各类群体的应答人数和答卷数。

    \b
    例：survey wave show 第一轮
    """
    with open_database() as database, database.read() as session:
        found = waves.find_wave(session, name)
        lines = collectors.list_collectors(session, found)
        waiting = mixer.count_waiting(session, found.id)
        click.echo(f"{found.name}（{name_word(found.state)}）")
        click.echo(f"作答时间：{show_moment(found.opens_at)} 至 {show_deadline(found.closes_at)}")
        click.echo(f"主办单位：{found.organiser}　联系方式：{found.contact or '（未填写）'}")
        click.echo(f"本地参数：{'、'.join(f'{code}={fact}' for code, fact in found.parameters.items())}")
        click.echo(f"待混合入库的答卷：{waiting}")
        rows = [_sum_group(lines, asked.group) for asked in waves.list_groups(session, found)]
    print_table(["群体", "收集渠道", "应答人数", "答卷"], rows)


def _sum_group(lines: list[collectors.CollectorLine], group: Group) -> list[str]:
    mine = [line for line in lines if line.group is group]
    kinds = Counter(name_word(line.collector) for line in mine)
    headcounts = [line.headcount for line in mine if line.headcount is not None]
    people = str(sum(headcounts)) if headcounts else "—"
    channels = "，".join(f"{kind} {n}" for kind, n in sorted(kinds.items())) or "—"
    return [name_word(group), channels, people, str(sum(line.accepted for line in mine))]


def _remind_of_facts(wave: Wave) -> None:
    """Name the local numbers that the office has not given, for which the questionnaires' examples stand."""
    definitions = [builtin_definition(group) for group in Group]
    for code, (label, example) in waves.list_assumptions(definitions, wave.parameters).items():
        click.echo(
            f"提醒：没有写明“{label}”，问卷暂用示例值 {example}；请按本县规定写 --set {code}=…（开始后不能再改）",
            err=True,
        )


def _split_fact(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise ParameterFormError(text)
    return name.strip(), value.strip()
