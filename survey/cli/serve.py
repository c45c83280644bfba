"""``survey serve``: the web application with a production server, and the mixer beside it."""

from __future__ import annotations

import click

from survey.cli.installation import open_database
from survey.config import DEFAULT_PUBLIC_URL, read_settings
from survey.erasure import refuse_commit_times
from survey.server import run_server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 表示所有网卡")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="工作进程数")
@click.option(
    "--mix-every",
    type=click.IntRange(1, 86400),
    default=60,
    show_default=True,
    metavar="秒",
    help="混合入库的间隔",
)
def serve(host: str, port: int, workers: int, mix_every: int) -> None:
    """升级数据库结构，然后提供网页服务；答卷定时打乱入库。

    \b
    例：survey serve --host 0.0.0.0 --port 8000
    """
    settings = read_settings()
    with open_database(settings, is_upgraded=True) as database:
        refuse_commit_times(database)
    if settings.public_url == DEFAULT_PUBLIC_URL:
        click.echo(
            f"提醒：二维码里的网址是 {DEFAULT_PUBLIC_URL}；手机要能打开，请设置 SURVEY_PUBLIC_URL", err=True
        )
    click.echo(f"网页服务：http://{host}:{port}/", err=True)
    run_server(settings, bind=f"{host}:{port}", workers=workers, mix_every=mix_every)
