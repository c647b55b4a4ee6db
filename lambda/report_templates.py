"""The templates, compiled on first use: importing Jinja2 costs a cold start a tenth of a second or more."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import report_commands
from metric_facts import number
from report_facts import dollars, duration, moment

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context
    from markupsafe import Markup

    from record import Action

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Return the one environment: markup is escaped, an unknown name is an error, text is left as it is."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape

    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html.j2", "svg.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(
        wrap=pass_context(_wrap),
        moment=moment,
        duration=duration,
        dollars=dollars,
        number=number,
        minutes=_minutes,
        code_spans=_code_spans,
        broken_up=_broken_up,
        call_name=_call_name,
        as_command=report_commands.as_text,
        unhidden=report_commands.unhidden,
        set_in=report_commands.set_in,
        without_rules=report_commands.without_rules,
        below_heading=report_commands.below_heading,
    )
    return env


def fill(name: str, **values: object) -> str:
    """Return a template filled with values."""
    return environment().get_template(name).render(**values)


def _minutes(action: Action) -> str:
    """Return ` (5 min)` for an action with an estimate, else nothing."""
    return f" ({number(action.minutes)} min)" if action.minutes else ""


def _call_name(number: int | None) -> str:
    """Return `Call 3`, also for evidence that names none."""
    return "No call" if number is None else f"Call {number}"


def _broken_up(command: str) -> bool:
    """Tell whether links in a command were broken up."""
    return "[:]" in command or "[.]" in command


def _code_spans(text: str) -> Markup:
    """Escape a text and set what stands between backticks as code."""
    from markupsafe import Markup, escape

    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces[-2:] = ["`".join(pieces[-2:])]
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 and piece.strip() else escape(piece)
        for at, piece in enumerate(pieces)
    )


def _wrap(context: Context, text: object, first: str = "", rest: str | None = None) -> str:
    """Wrap prose to the context's `width`, paragraph by paragraph; long words (ARNs, URLs) stay whole.

    The margin is where our headings stand. Text that has no indent of its own keeps to it with its first
    paragraph only, and no line of it that looks like the rule below a heading stands there.
    """
    below = " " * len(first) if rest is None else rest
    lines: list[str] = []
    for paragraph in str(text).splitlines():
        rest = below or (report_commands.MARGIN if lines else "")
        lines += textwrap.wrap(
            paragraph,
            int(context["width"]),
            initial_indent=rest if lines else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return report_commands.without_rules("\n".join(lines))
