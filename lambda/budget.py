"""Decides before each turn whether there are calls, tokens, money and time for it, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import prices
from record import Outcome

if TYPE_CHECKING:
    from inquiry import Inquiry
    from ports import Price

MAX_FRUITLESS = 3  # turns in a row without a call that ran or a report that could be read
_MAX_CONCLUDING_TURNS = 3  # one to conclude, one to obey, one to mend the report
_TOLD_FROM = 0.75
_ROOM_FOR_TURNS = 2.5
_TYPICAL_REPLY = 1500


class Next(StrEnum):
    """What may come next."""

    TURN = "turn"
    LAST_TURN = "last_turn"  # only submit_report is open
    SUSPEND = "suspend"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may come next; at the end or near it also which outcome that is, and why, in a sentence."""

    next: Next
    outcome: Outcome = Outcome.REPORTED
    reason: str = ""


def judge(inquiry: Inquiry, request_tokens: int) -> Verdict:
    """Say what may come next, given about how many tokens the next request has."""
    progress = inquiry.progress
    tokens, usd = spent(inquiry)
    shortest = min(_TYPICAL_REPLY, inquiry.model.reply_tokens)
    least_tokens, least_usd = _next_turn(inquiry, request_tokens, shortest)
    usual = max(shortest, inquiry.progress.output_tokens)
    more_tokens, more_usd = _next_turn(inquiry, request_tokens, usual)
    limits = inquiry.limits
    checks = (
        _time(inquiry),
        _share(tokens, least_tokens, more_tokens, limits.tokens, f"the limit of {limits.tokens:,} tokens"),
        _share(usd, least_usd, more_usd, limits.usd, f"the limit of ${limits.usd:.2f}"),
        _persistence(inquiry),
        _calls(inquiry),
    )
    for kind in (Next.STOP, Next.SUSPEND, Next.LAST_TURN):
        for verdict in checks:
            if verdict.next is kind:
                return verdict
    if progress.concluding:
        return Verdict(Next.LAST_TURN, Outcome(progress.concluding))
    return Verdict(Next.TURN)


def reply_tokens(inquiry: Inquiry, request_tokens: int, *, last: bool) -> int:
    """Return how long the next reply may be, so that neither limit is overrun: at least a report's length.

    Unless it is the `last`, room is left for a turn that reads it and reports.
    """
    tokens, usd = spent(inquiry)
    price = inquiry.model.price
    more_tokens, more_usd = _next_turn(inquiry, request_tokens, _TYPICAL_REPLY)
    reads = 0 if last else 1
    room = (inquiry.limits.tokens - tokens - request_tokens - reads * more_tokens) / (1 + reads)
    if price and (each := price.output + reads * max(price.input, price.cache_write)) > 0:
        left = inquiry.limits.usd - usd - _asking(inquiry, request_tokens, price) - reads * more_usd
        room = min(room, left * prices.PER_TOKENS / each)
    return int(min(max(room, _TYPICAL_REPLY), inquiry.model.reply_tokens))


def spent(inquiry: Inquiry) -> tuple[int, float]:
    """Return tokens of every kind, and dollars (0.0 when the price is not known)."""
    usage = inquiry.progress.usage
    tokens = usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    price = inquiry.model.price
    return tokens, prices.cost(usage, price) if price else 0.0


def used(inquiry: Inquiry) -> str | None:
    """Return how much is used, in words for the model, once any limit is near."""
    tokens, usd = spent(inquiry)
    calls = calls_run(inquiry)
    limits = inquiry.limits
    shares = {
        f"{calls} of {limits.tool_calls} calls": _ratio(calls, limits.tool_calls),
        f"{tokens:,} of {limits.tokens:,} tokens": _ratio(tokens, limits.tokens),
        f"${usd:.2f} of ${limits.usd:.2f}": _ratio(usd, limits.usd),
    }
    if max(shares.values()) < _TOLD_FROM:
        return None
    return ", ".join(shares)


def calls_run(inquiry: Inquiry) -> int:
    """Return how many calls the model has had run; call 0 is ours and does not count."""
    return sum(call.call > 0 for call in inquiry.progress.tool_calls)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 1.0


def _next_turn(inquiry: Inquiry, request_tokens: int, reply: int) -> tuple[int, float]:
    """Return the tokens and dollars that the next turn is likely to take, with a reply of so many tokens."""
    price = inquiry.model.price
    if price is None:
        return request_tokens + reply, 0.0
    usd = _asking(inquiry, request_tokens, price) + reply * price.output / prices.PER_TOKENS
    return request_tokens + reply, usd


def _asking(inquiry: Inquiry, request_tokens: int, price: Price) -> float:
    """Return the dollars that the next request is likely to take, without its reply."""
    progress = inquiry.progress
    old = min(progress.request_tokens, request_tokens) if progress.usage.cache_write_tokens else 0
    fresh = max(price.input, price.cache_write) if progress.usage.cache_write_tokens else price.input
    return (old * price.cache_read + (request_tokens - old) * fresh) / prices.PER_TOKENS


def _share(used_up: float, least: float, more: float, limit: float, name: str) -> Verdict:
    """Judge by what a turn takes at the `least`, its reply kept short, and by what it usually takes."""
    if used_up + least > limit:
        return Verdict(Next.STOP, Outcome.OUT_OF_BUDGET, f"Another turn would go over {name}.")
    if used_up + more * _ROOM_FOR_TURNS > limit:
        return Verdict(
            Next.LAST_TURN, Outcome.OUT_OF_BUDGET, f"{name[0].upper()}{name[1:]} is nearly reached."
        )
    return Verdict(Next.TURN)


def _time(inquiry: Inquiry) -> Verdict:
    left, turn = inquiry.time_left(), inquiry.turn_time()
    may_suspend = inquiry.limits.may_continue and inquiry.saved and inquiry.turns > 0
    if left < turn / 4:
        kind = Next.SUSPEND if may_suspend else Next.STOP
        return Verdict(kind, Outcome.OUT_OF_TIME, "The function's time was used up.")
    if left < turn * 2:
        kind = Next.SUSPEND if may_suspend else Next.LAST_TURN
        return Verdict(kind, Outcome.OUT_OF_TIME, "The function's time is nearly used up.")
    return Verdict(Next.TURN)


def _persistence(inquiry: Inquiry) -> Verdict:
    progress = inquiry.progress
    if progress.concluding_turns >= _MAX_CONCLUDING_TURNS:
        return Verdict(
            Next.STOP,
            Outcome(progress.concluding),
            "The model was told to conclude, and did not submit a report.",
        )
    if progress.fruitless < MAX_FRUITLESS:
        return Verdict(Next.TURN)
    if progress.tool_calls and progress.tool_calls[-1].call in progress.unavailable:
        return Verdict(Next.LAST_TURN, Outcome.INTERRUPTED, "The tool function could not be reached.")
    reason = f"The last {progress.fruitless} turns brought nothing new."
    return Verdict(Next.LAST_TURN, Outcome.MODEL_FAILED, reason)


def _calls(inquiry: Inquiry) -> Verdict:
    if calls_run(inquiry) >= inquiry.limits.tool_calls:
        return Verdict(
            Next.LAST_TURN, Outcome.OUT_OF_CALLS, f"All {inquiry.limits.tool_calls} calls were used."
        )
    return Verdict(Next.TURN)
