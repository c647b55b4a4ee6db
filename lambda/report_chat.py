"""The finding in the schema of Amazon Q Developer in chat applications, one thread for each alarm."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from report_commands import unhidden
from report_facts import facts, headline
from safe_text import clip, defang, defang_command, one_line

if TYPE_CHECKING:
    from record import Action, Investigation
    from report_links import Links

# What the service accepts: longer text is refused, and refused silently.
_TITLE_LIMIT = 250
_DESCRIPTION_LIMIT = 8_000
_COMMAND_LIMIT = 1_000
_MARKS = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵"}
_MENTION = re.compile(r"@(?=(?:here|channel|everyone|all)\b)", re.IGNORECASE)


def chat_message(investigation: Investigation, links: Links) -> str:
    """Return the notification as JSON."""
    said = facts(investigation)
    report = investigation.report
    alarm = investigation.alarm
    mark = _MARKS[report.severity] if report else "⚪"
    title = (
        f"{mark} {said.rating} {one_line(_quiet(alarm.name), 100)}: {_quiet(headline(investigation, said))}"
    )
    steps = [_step(action) for action in report.immediate_actions[:5]] if report else [said.ending.look]
    steps += [f"<{link.url}|{link.label}>" for link in (*links.reports[:1], *links.console)]
    digest = hashlib.sha256(alarm.key.encode("utf-8", "surrogatepass")).hexdigest()
    return json.dumps(
        {
            "version": "1.0",
            "source": "custom",
            "id": one_line(investigation.investigation_id, 100),
            "content": {
                "textType": "client-markdown",
                "title": one_line(title, _TITLE_LIMIT),
                "description": _description(investigation),
                "nextSteps": [step for step in steps if step],
                "keywords": [said.rating.lower(), one_line(_quiet(alarm.region), 40), investigation.outcome],
            },
            "metadata": {
                "threadId": f"alarm-triage-{digest[:32]}",
                "summary": one_line(title, _TITLE_LIMIT),
                "eventType": "AlarmTriageReport",
                "relatedResources": [one_line(alarm.arn, 400)],
            },
        }
    )


def _description(investigation: Investigation) -> str:
    said = facts(investigation)
    lines = [_quiet(said.finding), f"*Confidence:* {said.confidence}. *Evidence:* {said.grounding}."]
    if not said.whole:
        lines.append(_quiet(investigation.outcome_detail or said.ending.happened))
    report = investigation.report
    if report and report.impact.users:
        lines.append(f"*Users:* {_quiet(report.impact.users)}")
    if investigation.related_alarms:
        lines.append(f"*Went off with it:* {_quiet(', '.join(investigation.related_alarms))}")
    lines.append(f"{said.effort}; {said.price}.")
    text = "\n\n".join(clip(line, 2_000) for line in lines if line)
    return clip(text, _DESCRIPTION_LIMIT - 100)


def _step(action: Action) -> str:
    text = one_line(_quiet(action.action), 300)
    command = _unmentioning(defang_command(unhidden((action.command or "").strip())).replace("`", "'"))
    if not command or len(command) > _COMMAND_LIMIT:
        return text
    return f"{text}\n```{command}```"


def _unmentioning(command: str) -> str:
    """Return a command in which a chat client sees no mention: `<` and `>` as it shows them itself."""
    return _MENTION.sub("(at)", command.replace("<", "&lt;").replace(">", "&gt;"))


def _quiet(text: str) -> str:
    """Return text that a chat client neither links, nor mentions anybody by, nor nests markup in."""
    text = defang(text).replace("<", "‹").replace(">", "›").replace("](", "] (")
    return _MENTION.sub("(at)", text)
