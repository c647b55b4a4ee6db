"""The page: what links to what, and that nothing foreign becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests import samples

from record import Action, CheckedEvidence, Confidence, Evidence, EvidenceCheck, Investigation, RootCause
from report import render

SAMPLES = samples.every()


def page(investigation: Investigation) -> str:
    return render(investigation, bucket="reports", region="eu-west-1").files[2].body.decode()


class _Elements(HTMLParser):
    """Collects elements as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [str(attrs[attribute]) for _, attrs in self.found if attribute in attrs]


@pytest.mark.parametrize("name", SAMPLES)
def test_only_known_elements_and_attributes_are_in_the_page(name: str) -> None:
    elements = _Elements(page(SAMPLES[name])).found
    assert not {tag for tag, _ in elements} & {"script", "img", "iframe", "form", "object", "base", "embed"}
    attributes = {attribute for _, attrs in elements for attribute in attrs}
    assert not any(
        attribute.startswith("on") or attribute in {"src", "style", "srcset"} for attribute in attributes
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_links_lead_to_the_console_or_to_an_id_in_the_page(name: str) -> None:
    elements = _Elements(page(SAMPLES[name]))
    ids = elements.values("id")
    assert len(ids) == len(set(ids))
    for target in elements.values("href"):
        assert (
            target.startswith("https://eu-west-1.console.aws.amazon.com/")
            or target[1:] in ids
            or target == "data:,"
        )


@pytest.mark.parametrize("name", SAMPLES)
def test_headings_are_in_order_and_labels_resolve(name: str) -> None:
    elements = _Elements(page(SAMPLES[name]))
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    labels = {label for value in elements.values("aria-labelledby") for label in value.split()}
    assert labels <= set(elements.values("id"))
    assert ("html", {"lang": "en"}) in elements.found


def test_policy_allows_the_style_sheet_alone() -> None:
    html = page(SAMPLES["good"])
    style = html.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert f'content="{policy.replace(chr(39), "&#39;")}"' in html


def test_each_claim_leads_to_its_quote_in_the_output() -> None:
    html = page(SAMPLES["good"])
    cited = r'orders-table-write&#34;</q>\s*<span class="source"><a href="#(quote-\d)">Call 3'
    claim = re.search(cited, html)
    assert claim
    assert f'<mark><a id="{claim.group(1)}"></a>"policyName": "orders-table-write"</mark>' in html
    call = html.split('<details id="call-3" open>')[1].split("</details>")[0]
    assert "lookup_events" in call
    assert f'id="{claim.group(1)}"' in call


def test_unverified_quotes_are_struck_with_the_reason() -> None:
    html = page(SAMPLES["unverified"])
    assert re.search(r'<li class="unverified"><s>.*?Terraform.*?</s>', html)
    assert "not verified</strong>: this text is not in the output of that call" in html
    assert html.count("<mark>") == 3


def test_quotes_that_overlap_share_a_mark() -> None:
    quotes = (Evidence(1, "AccessDeniedException"), Evidence(1, "(AccessDeniedException) when calling"))
    investigation = samples.investigation(
        report=samples.report(root_cause=replace(samples.report().root_cause, evidence=quotes), findings=()),
        evidence=samples.check(*quotes),
    )
    html = page(investigation)
    assert html.count("<mark>") == 1
    mark = html.split("<mark>")[1].split("</mark>")[0]
    assert mark.endswith("(AccessDeniedException) when calling")
    assert mark.count("<a id=") == 2


def test_a_verified_quote_without_a_place_leads_to_its_call() -> None:
    quote = Evidence(2, "stands nowhere")
    investigation = samples.investigation(
        report=samples.report(root_cause=RootCause("x", Confidence.LOW, (quote, quote)), findings=()),
        evidence=samples.check(quote),
    )
    assert '<a href="#call-2">Call 2</a>, <span class="ok">verified' in page(investigation)


def test_a_quote_of_a_call_that_does_not_exist_leads_nowhere() -> None:
    quote = Evidence(77, "x")
    investigation = samples.investigation(
        report=samples.report(root_cause=RootCause("x", Confidence.LOW, (quote,)), findings=()),
        evidence=EvidenceCheck((CheckedEvidence(77, "x", False, "there is no call 77"),)),
    )
    assert 'Call 77, <strong class="why">not verified</strong>: there is no call 77' in page(investigation)


def test_endless_lines_and_fields_are_cut_with_a_count() -> None:
    html = page(samples.hostile())
    assert len(html) < 200_000
    assert re.search(r'<span class="cut">… 99\d,\d{3} characters left out …</span>', html)
    assert not re.search(r"A{5000}", html)


def test_half_a_command_is_never_offered() -> None:
    steps = (Action("long", "D" * 5_000),)
    html = page(samples.investigation(report=samples.report(immediate_actions=steps)))
    assert "DDDD" not in html
    assert "(a command of more than 4,000 characters: take it from the JSON)" in html


def test_backticks_become_code_and_a_lone_one_stays() -> None:
    html = page(samples.investigation(report=samples.report(summary="Use `a<b` not `c", prevention=())))
    assert "Use <code>a&lt;b</code> not `c" in html


def test_a_bare_report_prints_no_empty_section() -> None:
    html = page(SAMPLES["composite_bare"])
    for absent in (
        "Immediate actions",
        "Prevention",
        "Ruled out",
        "Tool calls",
        "Log query",
        "<svg",
        "Users",
    ):
        assert absent not in html


def test_many_calls_and_changes_are_summed_up() -> None:
    assert "and 70 more, <a" in page(samples.heavy())
    assert "34 earlier ones are in the timeline." in page(samples.hostile())
