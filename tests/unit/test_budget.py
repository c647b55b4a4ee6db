import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.fakes.engine import (
    NOW,
    FakeClock,
    MemoryCheckpoints,
    ScriptedModel,
    ScriptedTool,
    asks,
    case,
    limits,
    ran,
    reports,
)

import budget
from budget import Next
from inquiry import Inquiry
from investigation import investigate
from ports import Price
from progress import Progress
from record import Outcome, Usage

PRICE = Price(3.0, 15.0, 0.3, 3.75)


def inquiry(*, left=timedelta(minutes=14), price=PRICE, turns=1, usage=None, **changes):
    progress = Progress(key="k", started_at=NOW)
    progress.usage = usage or Usage()
    one = Inquiry(
        case(),
        limits(**changes),
        ScriptedModel([], price=price),
        ScriptedTool(),
        FakeClock(end=NOW + timedelta(seconds=45) + left),
        MemoryCheckpoints(),
        progress,
        span=timedelta(minutes=15),
    )
    one.turns = turns
    return one


def judged(one, tokens=1000):
    verdict = budget.judge(one, tokens)
    return verdict.next, verdict.outcome


def test_with_room_in_everything_a_turn_comes_next():
    assert judged(inquiry()) == (Next.TURN, Outcome.REPORTED)


@pytest.mark.parametrize(
    ("seconds", "may_continue", "turns", "expected"),
    [
        (61, False, 1, Next.TURN),
        (59, False, 1, Next.LAST_TURN),
        (59, True, 1, Next.SUSPEND),
        (59, True, 0, Next.LAST_TURN),
        (7, False, 1, Next.STOP),
        (7, True, 1, Next.SUSPEND),
        (-5, False, 1, Next.STOP),
    ],
)
def test_time(seconds, may_continue, turns, expected):
    one = inquiry(left=timedelta(seconds=seconds), may_continue=may_continue, turns=turns)
    assert judged(one)[0] is expected


@pytest.mark.parametrize(
    ("tokens", "expected"), [(20_000, Next.TURN), (16_000, Next.LAST_TURN), (12_000, Next.STOP)]
)
def test_tokens_of_every_kind_count(tokens, expected):
    one = inquiry(usage=Usage(1000, 2000, 3000, 4000), tokens=tokens, price=None)
    kind, outcome = judged(one, tokens=1000)
    assert kind is expected
    assert outcome is (Outcome.REPORTED if expected is Next.TURN else Outcome.OUT_OF_BUDGET)


@pytest.mark.parametrize(("usd", "expected"), [(1.00, Next.TURN), (0.36, Next.LAST_TURN), (0.31, Next.STOP)])
def test_dollars_count_where_the_price_is_known(usd, expected):
    usage = Usage(input_tokens=100_000)  # 0.30
    assert judged(inquiry(usage=usage, usd=usd))[0] is expected
    assert judged(inquiry(usage=usage, usd=usd, price=None))[0] is Next.TURN


def test_what_is_cached_is_expected_to_stay_cheap():
    one = inquiry(usage=Usage(cache_write_tokens=10_000), usd=0.2)
    one.progress.request_tokens = 90_000
    assert judged(one, tokens=91_000)[0] is Next.TURN
    one.progress.usage = Usage(input_tokens=10_000)
    assert judged(one, tokens=91_000)[0] is Next.STOP


def test_a_last_turn_stays_the_last():
    one = inquiry()
    one.progress.concluding = Outcome.OUT_OF_CALLS
    assert judged(one) == (Next.LAST_TURN, Outcome.OUT_OF_CALLS)
    one.progress.concluding_turns = 3
    assert judged(one) == (Next.STOP, Outcome.OUT_OF_CALLS)


def test_stopping_goes_before_suspending_and_suspending_before_concluding():
    one = inquiry(left=timedelta(seconds=59), may_continue=True, tool_calls=0)
    assert judged(one)[0] is Next.SUSPEND
    assert judged(replace(one, limits=limits(may_continue=True, tokens=1)))[0] is Next.STOP


def test_use_is_told_from_three_quarters_on():
    assert budget.used(inquiry()) is None
    assert budget.used(inquiry(usage=Usage(70), tokens=100, usd=1.0)) is None
    assert (
        budget.used(inquiry(usage=Usage(75), tokens=100, usd=1.0))
        == "0 of 100 calls, 75 of 100 tokens, $0.00 of $1.00"
    )


def test_the_model_is_told_once_that_a_limit_is_near():
    model = ScriptedModel([*(asks(f"step {number}") for number in range(9)), reports(), reports()])
    ended = investigate(
        case(),
        model=model,
        tool=ScriptedTool(),
        limits=limits(tool_calls=10),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    told = ["Used so far: 8 of 10 calls" in json.dumps(request.messages) for request in model.requests]
    assert told == [False] * 8 + [True] * 2
    assert json.dumps(model.requests[-1].messages).count("Used so far") == 1
    assert ended.outcome is Outcome.REPORTED


@pytest.mark.parametrize("limit", [{"tokens": 40_000}, {"usd": 0.10}])
def test_a_greedy_model_stays_within_its_budget(limit):
    greedy = replace(asks("x"), usage=Usage(5000, 500))

    def step(request):
        number = len(request.messages)
        return replace(greedy, message=asks(f"step {number}").message)

    model = ScriptedModel([step])
    ended = investigate(
        case(),
        model=model,
        tool=ScriptedTool(lambda code: ScriptedTool().answer("short")),
        limits=limits(**limit),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    assert ended.outcome is Outcome.OUT_OF_BUDGET
    assert ended.usage.input_tokens + ended.usage.output_tokens <= limit.get("tokens", 1e9)
    assert ended.usage.usd <= limit.get("usd", 1e9)
    assert model.requests[-1].report_only


def test_a_budget_too_small_for_any_turn_asks_nothing():
    model = ScriptedModel([reports()])
    ended = investigate(
        case(),
        model=model,
        tool=ScriptedTool(),
        limits=limits(tokens=100),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    assert model.requests == []
    assert ended.outcome is Outcome.OUT_OF_BUDGET
    assert "100 tokens" in ended.outcome_detail
    assert len(ended.tool_calls) == 1


def test_a_reply_may_be_as_long_as_the_model_writes_while_there_is_money():
    assert budget.reply_tokens(inquiry(), 1000, last=False) == 4096


@pytest.mark.parametrize(
    ("limit", "last", "tokens"),
    [
        ({"usd": 0.05}, True, 3133),  # of 5 cents a request of 1,000 tokens costs 0.3
        ({"usd": 0.10}, False, 3813),  # and another turn, with a reply of 1,500, 2.55 and reading this one
        ({"usd": 0.01}, True, 1500),
        ({"tokens": 4000}, True, 3000),
        ({"tokens": 7500}, False, 2000),  # it counts twice: as a reply, and as read in the next turn
        ({"tokens": 100}, True, 1500),
    ],
)
def test_a_reply_may_be_as_long_as_the_limits_leave_room(limit, last, tokens):
    assert budget.reply_tokens(inquiry(**limit), 1000, last=last) == tokens


def test_without_a_price_only_tokens_bound_a_reply():
    assert budget.reply_tokens(inquiry(price=None, usd=0.0), 1000, last=True) == 4096


@pytest.mark.parametrize("usd", [0.1, 0.15, 0.25, 0.5])
def test_a_model_that_writes_as_long_as_it_may_stays_within_its_dollars_and_reports(usd):
    def step(request):
        longest = min(16_000, request.reply_tokens)
        size = sum(len(json.dumps(message)) for message in request.messages) // 3 + 4000
        if request.report_only:
            return replace(reports(), usage=Usage(size, 700))
        return replace(asks("look " * (longest * 3 // 5)), usage=Usage(size, longest))

    model = ScriptedModel([step], reply_tokens=16_000)
    ended = investigate(
        case(),
        model=model,
        tool=ScriptedTool(lambda code: ran("12 errors, AccessDeniedException")),
        limits=limits(usd=usd),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    assert ended.outcome is Outcome.REPORTED
    assert len(model.requests) > 1
    assert ended.usage.usd <= usd
