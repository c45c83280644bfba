"""``survey units``: the office's unit list."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from survey import units as use_case
from survey.cli.installation import open_database
from survey.cli.printing import print_csv, print_table
from survey.unitlist import UnitRecord, read_units
from survey.words import ROSTER_GROUPS, name_word

_ASPECTS: Final = {
    use_case.Aspect.NAME: "更名",
    use_case.Aspect.PARENT: "上级",
    use_case.Aspect.CREDIT_CODE: "信用代码",
    use_case.Aspect.RETIRED: "恢复使用",
}
_COLUMNS: Final = ("code", "name", "kind", "parent", "credit_code", *(group.value for group in ROSTER_GROUPS))


@click.group()
def units() -> None:
    """单位名册。"""


@units.command("import")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只核对并列出会有哪些变化，不写入")
@click.option("--retire-missing", is_flag=True, help="停用名册里没有的单位：以后的轮次不再调查，历史数据保留")
def import_units(file: Path, dry_run: bool, retire_missing: bool) -> None:
    """导入单位名册（.xlsx 工作簿或 .csv）。

    名册有错时逐条指出所在单元格和改法，不导入任何单位；再次导入时列出新增、更名、人数变化等。

    \b
    例：survey units import 单位名册.xlsx --dry-run
        survey units import 单位名册.xlsx
    """
    unit_list = read_units(file)
    with open_database() as database, (database.read if dry_run else database.write)() as session:
        plan = use_case.plan_import(session, unit_list)
        waves = use_case.list_open_waves(session)
        if not dry_run:
            use_case.apply_import(session, plan, retire_missing=retire_missing)
    for report in unit_list.reports:
        click.echo(f"提示：{report}", err=True)
    _print_changes(plan)
    _print_summary(plan, dry_run=dry_run, retire_missing=retire_missing)
    for wave in waves:
        click.echo(f"轮次“{wave}”正在进行，它的单位和应答人数已冻结，不受这次导入影响", err=True)


@units.command("list")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="写入 CSV 文件"
)
@click.option("--all", "with_retired", is_flag=True, help="也列出已停用的单位（只用于 table）")
def list_units(form: str, output: Path | None, with_retired: bool) -> None:
    """列出现有单位和各群体应答人数；CSV 可以改好后再导入。

    \b
    例：survey units list
        survey units list -o 单位.csv
    """
    is_csv = form == "csv" or output is not None
    if is_csv and with_retired:
        raise click.UsageError("--all 不能用于 CSV：导入停用的单位会使其恢复使用")
    with open_database() as database, database.read() as session:
        lines = use_case.list_units(session, with_retired=with_retired)
    if output is not None:
        _write_csv(output, lines)
    elif is_csv:
        print_csv(_COLUMNS, map(_list_codes, lines))
    else:
        titles = ["单位编号", "单位", "类别", "上级单位", "统一社会信用代码", *map(name_word, ROSTER_GROUPS)]
        print_table(titles, map(_list_names, lines), right=len(ROSTER_GROUPS))
    if not lines:
        click.echo("还没有单位；请先运行 survey units import", err=True)


def _write_csv(output: Path, lines: Sequence[use_case.UnitLine]) -> None:
    # With its mark a double click opens the file in Excel as Chinese, not as rubbish.
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(map(_list_codes, lines))
    click.echo(f"已写入 {output}（{len(lines)} 个单位）", err=True)


def _print_changes(plan: use_case.ImportPlan) -> None:
    is_first = len(plan.added) == len(plan.units)
    rows = [*([] if is_first else map(_describe_added, plan.added)), *map(_describe_change, plan.changes)]
    if rows:
        print_table(["变化", "单位编号", "单位", "原来", "现在"], rows)


def _describe_added(unit: UnitRecord) -> list[str]:
    people = sum(unit.headcounts.values())
    return ["新增", unit.code, unit.name, "", f"{name_word(unit.kind)}，{people} 人"]


def _describe_change(change: use_case.UnitChange) -> list[str]:
    what = f"{name_word(change.group)}人数" if change.group else _ASPECTS[change.aspect]
    return [what, change.code, change.name, change.before or "（无）", change.after or "（无）"]


def _print_summary(plan: use_case.ImportPlan, *, dry_run: bool, retire_missing: bool) -> None:
    for sentence in _summarise(plan, retire_missing=retire_missing):
        click.echo(sentence, err=True)
    click.echo("这是试运行，没有写入任何内容" if dry_run else _conclude(plan, retire_missing), err=True)


def _conclude(plan: use_case.ImportPlan, retire_missing: bool) -> str:
    is_idle = plan.is_empty and not (retire_missing and plan.missing)
    return "与现有单位完全一致，没有变化" if is_idle else "已导入"


def _summarise(plan: use_case.ImportPlan, *, retire_missing: bool) -> Iterator[str]:
    yield f"名册共 {len(plan.units)} 个单位：{_count_kinds(plan.units)}"
    yield f"应答人数：{_count_people(plan.units)}"
    n_changed = len({change.code for change in plan.changes})
    yield f"新增 {len(plan.added)} 个，有变化 {n_changed} 个，无变化 {plan.n_unchanged} 个"
    if plan.is_reordered:
        yield "单位顺序按新名册调整"
    if plan.missing:
        fate = "停用" if retire_missing else "保留不动（加 --retire-missing 可停用）"
        names = "、".join(f"{name}（{code}）" for code, name in plan.missing)
        yield f"名册里没有的 {len(plan.missing)} 个现有单位{fate}：{names}"


def _count_kinds(records: Iterable[UnitRecord]) -> str:
    kinds = Counter(unit.kind for unit in records)
    return "、".join(f"{name_word(kind)} {count} 个" for kind, count in kinds.items())


def _count_people(records: Sequence[UnitRecord]) -> str:
    people: Counter[str] = Counter()
    for unit in records:
        people.update({name_word(group): n for group, n in unit.headcounts.items()})
    return "、".join(f"{group} {n:,} 人" for group, n in people.items())


def _list_codes(line: use_case.UnitLine) -> list[object]:
    headcounts = [line.headcounts.get(group, 0) for group in ROSTER_GROUPS]
    return [
        line.code,
        line.name,
        line.kind.value,
        line.parent_code or "",
        line.credit_code or "",
        *headcounts,
    ]


def _list_names(line: use_case.UnitLine) -> list[str]:
    name = f"{line.name}（已停用）" if line.is_retired else line.name
    headcounts = [str(line.headcounts.get(group, "—")) for group in ROSTER_GROUPS]
    return [line.code, name, name_word(line.kind), line.parent or "", line.credit_code or "", *headcounts]
