"""`python -m analysis`: recompute the published tables from exported files, without the platform."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from questionnaires import DefinitionError

from .errors import ColumnError, CountError
from .files import FORMATS, FileFormatError, read_definitions, read_roster, read_table
from .rates import RATE_COLUMNS, TARGET_COLUMNS, rate_table
from .smallcells import suppress_small
from .tabulation import TabulationError, count_answers
from .unitrows import arrange_units

EXAMPLE = """\
示例：
  python -m analysis rates answers.csv --roster roster.csv
  python -m analysis rates answers.csv --roster roster.csv --format csv -o rates.csv

answers.csv  每份答卷一行：unit_code,group,collector，之后每道题一列，填选项编码；
             空白＝没有作答，“-”＝没有显示，多选用“|”连接
roster.csv   每个单位的每个群体一行：unit_code,unit,kind,parent,group,collector,headcount；群众的 headcount 留空
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with the faults on the error output."""
    options = _make_parser().parse_args(arguments)
    try:
        text = compute_rates(options)
        if options.output:
            options.output.write_text(text, encoding="utf-8", newline="")
        else:
            sys.stdout.write(text)
    except (ColumnError, CountError, DefinitionError, FileFormatError, OSError, TabulationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def compute_rates(options: argparse.Namespace) -> str:
    """Return the table by unit, small cells hidden, in the format asked for."""
    targets = dict(zip(TARGET_COLUMNS, (options.target_satisfaction, options.target_awareness), strict=True))
    roster = read_roster(options.roster).assign(**targets)
    counts = count_answers(read_table(options.answers), roster, read_definitions(options.definitions))
    rows = arrange_units(counts, minimum_unit=options.minimum_unit, minimum_crossing=options.minimum_crossing)
    table = suppress_small(rate_table(rows), minimum_n=rows["minimum_n"])
    return FORMATS[options.format](table[list(RATE_COLUMNS)])


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description="用导出的文件重新计算各项比率。")
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    rates = commands.add_parser(
        "rates",
        help="按单位计算应答率、满意率和知晓率",
        description="从答卷和名册重新计算按单位的比率表，与平台发布的表相同。",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rates.add_argument("answers", type=Path, help="答卷文件（CSV）")
    rates.add_argument("--roster", type=Path, required=True, help="名册文件（CSV）")
    rates.add_argument("--definitions", type=Path, help="各群体问卷的存档（JSON）；不给则用随附的问卷")
    rates.add_argument("--format", choices=sorted(FORMATS), default="table", help="输出格式，默认 table")
    rates.add_argument("-o", "--output", type=Path, help="写入文件，不给则写到标准输出")
    rates.add_argument(
        "--target-satisfaction", type=_read_share, default=1.0, help="满意率目标，0 到 1，默认 1"
    )
    rates.add_argument("--target-awareness", type=_read_share, default=1.0, help="知晓率目标，0 到 1，默认 1")
    rates.add_argument("--minimum-unit", type=int, default=5, help="单位合计至少有几份作答才显示，默认 5")
    rates.add_argument("--minimum-crossing", type=int, default=10, help="单位内群体至少几份，默认 10")
    return parser


def _read_share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"目标应在 0 到 1 之间，现在是 {text}")
    return share


if __name__ == "__main__":
    sys.exit(main())
