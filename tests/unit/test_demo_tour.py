"""The demo's tour: what it needs is named, what it finds is judged, what it prints is short enough."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from tour import findings, mailbox, preflight, scenario, workplace
from tour.preflight import NotReadyError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "version"), [("1.11.4", (1, 11, 4)), ("1.12.0-rc1", (1, 12, 0)), ("2.0", (2, 0))]
)
def test_versions_are_compared_by_number(text: str, version: tuple[int, ...]) -> None:
    assert preflight.parse_version(text) == version


def test_a_missing_terraform_is_named_with_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotReadyError, match="terraform is not installed: https://"):
        preflight.check()


def test_an_old_terraform_is_named_with_the_version_that_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "terraform"
    fake.write_text('#!/bin/sh\necho \'{"terraform_version": "1.5.7"}\'\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotReadyError, match=r"or newer is needed, found 1\.5\.7"):
        preflight.check()


def mail(subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", subject
    message.set_content(text)
    return message


def test_a_mail_is_about_the_alarm_in_its_subject(tmp_path: Path) -> None:
    for number, message in enumerate((mail("[HIGH] one", "mentions two"), mail("[HIGH] two", "x"))):
        (tmp_path / f"{number}.eml").write_bytes(bytes(message))

    found = mailbox.about(tmp_path, "two")

    assert found is not None
    assert found["Subject"] == "[HIGH] two"
    assert mailbox.about(tmp_path, "three") is None


def test_one_mail_is_printed_whole_and_one_of_many_is_not() -> None:
    long = mail("subject", "\n".join(f"line {number}" for number in range(100)))

    assert "line 99" in findings.printed(long, whole=True)
    assert "line 99" not in findings.printed(long, whole=False)
    assert "Subject: subject" in findings.printed(long, whole=False)


def test_a_scenario_without_a_report_of_the_models_is_a_problem(tmp_path: Path) -> None:
    one = scenario.load("missing-permission")
    path = tmp_path / "r.json"

    path.write_text(json.dumps({"alarm": {"name": one.alarm}, "report": {"text": "plain"}}))

    assert findings.problems([one], [path]) == [
        f"no report of {one.alarm} was saved that the model submitted"
    ]


def test_a_process_id_that_is_somebody_elses_now_is_not_ours() -> None:
    assert not workplace._is_ours(1, "run_emulator.py")
