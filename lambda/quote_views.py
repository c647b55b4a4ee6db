"""Joins claims to calls for the page: each quote with its anchor, each output with its quotes marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quote_places import Span, kept, merged, place
from safe_text import clip, one_line

if TYPE_CHECKING:
    from markupsafe import Markup

    from record import Evidence, Investigation, ToolCall

# All outputs together, escaped, so that the page stays below 3 MB.
_PAGE_BYTES = 2_300_000
_LEAST_OUTPUT = 2_000
_MOST_OUTPUT = 60_000
_MOST_CODE = 20_000
_QUOTE_LIMIT = 1_200
FIELD_LIMIT = 4_000  # of any one string of a report


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote under a claim. `target` is the anchor it links to, None when the call does not exist."""

    call: int | None
    quote: str
    verified: bool
    note: str
    target: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ToolView:
    """A tool call with its code and output as markup; `cited` when a claim quotes it."""

    call: ToolCall
    code: Markup
    output: Markup
    cited: bool


def evidence_views(investigation: Investigation) -> dict[tuple[int | None, str], QuoteView]:
    """Return a view of every cited quote, by call and quote, in the order in which they are cited."""
    calls = {call.call: call for call in investigation.tool_calls}
    verdicts = {(item.call, item.quote): item for item in investigation.evidence.items}
    views: dict[tuple[int | None, str], QuoteView] = {}
    for cited in _cited(investigation):
        key = (cited.call, clip(cited.quote, FIELD_LIMIT))
        if key in views:
            continue
        verdict, call = (
            verdicts.get((cited.call, cited.quote)),
            calls.get(cited.call if cited.call is not None else -1),
        )
        verified = verdict is not None and verdict.verified
        spans = place(call.output, cited.quote) if call is not None and verified else ()
        anchor = None if call is None else f"quote-{len(views) + 1}" if spans else f"call-{call.call}"
        views[key] = QuoteView(
            call=cited.call,
            quote=_shortened(cited.quote),
            verified=verified,
            note=(verdict.note if verdict else "") or "not found in its output",
            target=anchor,
            spans=spans,
        )
    return views


def tool_views(
    investigation: Investigation, claims: dict[tuple[int | None, str], QuoteView]
) -> list[ToolView]:
    """Return the calls with their quotes marked, outputs cut evenly when they are too much for one page."""
    limit = _output_limit(investigation)
    views = []
    for call in investigation.tool_calls:
        quoted = [view for view in claims.values() if view.call == call.call]
        views.append(
            ToolView(
                replace(
                    call, purpose=one_line(call.purpose, 200), error=clip(call.error or "", 1_000) or None
                ),
                _marked(call.code, [], _MOST_CODE),
                _marked(call.output, quoted, limit),
                bool(quoted),
            )
        )
    return views


def _cited(investigation: Investigation) -> list[Evidence]:
    report = investigation.report
    if report is None:
        return []
    return [
        *report.root_cause.evidence,
        *(cited for finding in report.findings for cited in finding.evidence),
    ]


def _shortened(quote: str) -> str:
    return (
        quote
        if len(quote) <= _QUOTE_LIMIT
        else f"{quote[: _QUOTE_LIMIT // 2]} … {quote[-_QUOTE_LIMIT // 3 :]}"
    )


def _output_limit(investigation: Investigation) -> int:
    """Return how long each output may be: as long as all fit, else an even share."""
    sizes = sorted(len(_escaped(call.output).encode("utf-8", "replace")) for call in investigation.tool_calls)
    room = _PAGE_BYTES
    for at, size in enumerate(sizes):
        share = room // (len(sizes) - at)
        if size > share:
            return min(max(share * 2 // 3, _LEAST_OUTPUT), _MOST_OUTPUT)
        room -= size
    return _MOST_OUTPUT


def _marked(output: str, quoted: list[QuoteView], limit: int) -> Markup:
    """Return an output with its quotes in `mark`, and what does not fit left out with a note."""
    from markupsafe import Markup

    spans = merged(span for view in quoted for span in view.spans)
    pieces: list[str] = []
    end = 0
    for start, stop in kept(output, spans, limit):
        if start > end:
            pieces.append(f'<span class="cut">… {start - end:,} characters left out …</span>')
        pieces.append(_with_marks(output, (start, stop), spans, quoted))
        end = stop
    return Markup("".join(pieces))  # noqa: S704  escaped piece by piece


def _with_marks(output: str, window: Span, spans: tuple[Span, ...], quoted: list[QuoteView]) -> str:
    pieces: list[str] = []
    at, stop = window
    for start, end in spans:
        if not (at <= start and end <= stop):
            continue
        anchors = "".join(
            f'<a id="{view.target}"></a>' for view in quoted if view.spans and start <= view.spans[0][0] < end
        )
        pieces.append(f"{_escaped(output[at:start])}<mark>{anchors}{_escaped(output[start:end])}</mark>")
        at = end
    pieces.append(_escaped(output[at:stop]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    """Escape for element content: quotation marks need no escaping there, and JSON is full of them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
