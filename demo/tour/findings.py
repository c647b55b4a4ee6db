"""What came of it: the mail, the files, and whether the reports say what they must."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tour import mailbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from tour.scenario import Scenario

RULE = "-" * 72
HEAD_LINES = 30


def printed(mail: EmailMessage, *, whole: bool) -> str:
    """Return a mail between rules, whole or its beginning."""
    text = mailbox.printed(mail)
    if not whole:
        text = "\n".join([*text.splitlines()[:HEAD_LINES], "[...]"])
    return f"\n{RULE}\n{text}\n{RULE}\n"


def problems(scenarios: Sequence[Scenario], files: Sequence[Path]) -> list[str]:
    """Return, in words, what the reports among `files` should say and do not; empty when all are right."""
    records = [json.loads(path.read_text()) for path in files if path.suffix == ".json"]
    found: list[str] = []
    for one in scenarios:
        reports = [record["report"] for record in records if record["alarm"]["name"] == one.alarm]
        submitted = [report for report in reports if report and "root_cause" in report]
        if not submitted:
            found.append(f"no report of {one.alarm} was saved that the model submitted")
        for report in submitted:
            found += [f"the report of {one.name} {words}" for words in one.facts.missing_from(report)]
    return found
