"""The short messages, as their reader gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests import samples

import notices
from backlog import TurnedAway
from record import Outcome

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from claim_record import SavedMessage

HOSTILE = "Bücher/注文 \x1b[31m https://evil.example/x \u202etxt"


def shown(message: SavedMessage) -> str:
    assert len(message.subject) < 100
    assert message.subject.isascii()
    assert message.subject.isprintable()
    return f"Subject: {message.subject}\n\n{message.body}"


def turned_away(*names: str) -> list[TurnedAway]:
    arns = [f"arn:aws:cloudwatch:eu-west-1:{samples.ACCOUNT}:alarm:{name}" for name in names]
    return [
        TurnedAway(f"i{at}", name, arn, samples.ALARM_TIME)
        for at, (name, arn) in enumerate(zip(names, arns, strict=True))
    ]


@pytest.mark.parametrize(
    "names", [("orders-errors",), ("orders-errors", HOSTILE, "n" * 255)], ids=["one", "several"]
)
def test_list_of_what_was_not_investigated(names: tuple[str, ...], snapshot: SnapshotAssertion) -> None:
    message, listed = notices.not_investigated(turned_away(*names), 20, "eu-west-1")
    assert len(listed) == len(names)
    assert shown(message) == snapshot


@pytest.mark.parametrize(
    "report_key", [None, "reports/2026/03/09/20260309_031211_UTC_orders-1a2b3c_report.txt"]
)
def test_recovery(report_key: str | None, snapshot: SnapshotAssertion) -> None:
    alarm = replace(samples.alarm(), time=samples.ALARM_TIME + timedelta(hours=1))
    message = notices.recovery(alarm, timedelta(hours=1), report_key, "alarm-reports-1", "eu-west-1")
    assert shown(message) == snapshot


@pytest.mark.parametrize("reason", ["", "Threshold Crossed: see https://evil.example/x"])
def test_own_alarm(reason: str, snapshot: SnapshotAssertion) -> None:
    assert shown(notices.own_alarm(samples.alarm(name="triage-self-errors", reason=reason))) == snapshot


@pytest.mark.parametrize("text", [None, "The release broke it. https://evil.example/x"])
def test_a_report_that_could_not_be_written(text: str | None, snapshot: SnapshotAssertion) -> None:
    investigation = samples.investigation(outcome=Outcome.ANSWERED_IN_TEXT, text=text, report=None)
    assert shown(notices.unrendered(investigation, "KeyError: 'x'")) == snapshot


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=2, hours=4, minutes=9), "2 d 4 h"),
        (timedelta(days=2, minutes=9), "2 d"),
    ],
)
def test_spoken(span: timedelta, words: str) -> None:
    assert notices.spoken(span) == words
