"""Fetch the reports of the last days from the bucket and open a page that lists them, newest first.

    python scripts/reports.py --bucket NAME [--days 7] [--folder DIR] [--no-open]

Reads only. Files that are there already are not fetched again. The page works offline.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import webbrowser
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lambda"))

from report_facts import UNRATED, dollars, first_sentences  # noqa: E402
from safe_text import one_line  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_s3 import S3Client

TEMPLATES = Path(__file__).parent / "templates"
# What the renderer names its files; anything else in the bucket is left there.
_NAME = re.compile(r"[\w.-]+(?:_report\.txt|_report\.html|_full_context\.txt|\.json)", re.ASCII)
_OPENABLE = (
    ("Report", "_report.html"),
    ("Text", "_report.txt"),
    ("Context", "_full_context.txt"),
    ("JSON", ".json"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page. `files` are (label, path beside the page)."""

    time: str
    severity: str
    alarm: str
    finding: str
    outcome: str
    bill: str
    files: tuple[tuple[str, str], ...]


def day_prefixes(days: int, now: datetime) -> list[str]:
    """Return the prefixes of today and the days before it, newest first."""
    return [f"reports/{now - timedelta(days=back):%Y/%m/%d}/" for back in range(days + 1)]


def fetch(s3: S3Client, bucket: str, prefixes: Iterable[str], folder: Path) -> Iterator[Path]:
    """Fetch what is not in the folder yet; yield every file of the prefixes."""
    for prefix in prefixes:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                name = entry["Key"].removeprefix(prefix)
                if not _NAME.fullmatch(name):
                    continue
                target = folder / prefix / name
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                    target.write_bytes(body)
                yield target


def rows(files: Iterable[Path], folder: Path) -> list[Row]:
    """Return a row for each report whose JSON can be read, newest first."""
    found = []
    for path in files:
        if path.suffix == ".json":
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                found.append(_row(content, path, folder))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                print(f"{path.name} is left out: {error}", file=sys.stderr)
    return sorted(found, key=lambda row: row.time, reverse=True)


def _row(content: dict[str, Any], path: Path, folder: Path) -> Row:
    report = content["report"] or {}
    said = report.get("title") or report.get("text") or content["outcome_detail"]
    usd = content["usage"]["usd"]
    stem = str(path).removesuffix(".json")
    files = tuple(
        (label, Path(stem + end).relative_to(folder).as_posix())
        for label, end in _OPENABLE
        if Path(stem + end).exists()
    )
    return Row(
        time=content["started_at"][:19].replace("T", " "),
        severity=report.get("severity", UNRATED).lower(),
        alarm=one_line(content["alarm"]["name"], 255),
        finding=one_line(first_sentences(said, 2), 300),
        outcome=content["outcome"].replace("_", " "),
        bill="unknown" if usd is None else dollars(usd),
        files=files,
    )


def index(found: list[Row], bucket: str, days: int) -> str:
    """Return the page: everything escaped, one script of our own, allowed by its hash."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    script = (TEMPLATES / "reports.js").read_text(encoding="utf-8")
    style = (TEMPLATES / "reports.css").read_text(encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("reports.html.j2").render(
        rows=found,
        bucket=bucket,
        days=days,
        script=Markup(script),  # noqa: S704  our own file
        style=Markup(style),  # noqa: S704  our own file
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        ),
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def main(arguments: list[str] | None = None) -> int:
    """Fetch, write the page, open it."""
    parser = argparse.ArgumentParser(description="List the reports of the last days on a local page.")
    parser.add_argument("--bucket", required=True, help="the module's output reports_bucket_name")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where to keep the files")
    parser.add_argument("--no-open", action="store_true", help="write the page, do not open it")
    options = parser.parse_args(arguments)
    folder = options.folder or ROOT / ".local" / "reports" / options.bucket

    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        s3 = boto3.client("s3")
        found = rows(
            list(fetch(s3, options.bucket, day_prefixes(options.days, datetime.now(UTC)), folder)), folder
        )
    except (BotoCoreError, ClientError) as error:
        print(f"reports: cannot read {options.bucket}: {error}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(index(found, options.bucket, options.days), encoding="utf-8")
    print(f"{len(found)} reports: {page}")
    if not options.no_open:
        webbrowser.open(page.resolve().as_uri())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
