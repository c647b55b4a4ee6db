"""The page in a real browser: nothing is fetched, nothing overflows, every claim leads to its quote."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright
from tests import samples

from report import render

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

SAMPLES = samples.every() | {"heavy": samples.heavy()}
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
SCRIPTS = Path(__file__).parent
OVERFLOWING = (SCRIPTS / "overflowing.js").read_text(encoding="utf-8")
POOR_CONTRAST = (SCRIPTS / "poor_contrast.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on the PATH: install chromium to run the browser tests")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pages")
    for name, investigation in SAMPLES.items():
        rendered = render(investigation, bucket="orders-alarm-reports", region="eu-west-1")
        (target / f"{name}.html").write_bytes(rendered.files[2].body)
    return target


class _Visit:
    """One page opened, with everything it tried to do."""

    def __init__(self, browser: Browser, file: Path, **options: Any) -> None:
        self.page: Page = browser.new_page(**options)
        self.said: list[str] = []
        self.fetched: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.fetched.append(request.url))
        self.page.on("dialog", self._refuse)
        self.page.goto(file.as_uri())

    def _refuse(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def __enter__(self) -> _Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("width", WIDTHS)
def test_page_is_quiet_and_fits_its_width(browser: Browser, folder: Path, name: str, width: int) -> None:
    file = folder / f"{name}.html"
    with _Visit(browser, file, viewport={"width": width, "height": 844}) as visit:
        assert visit.said == []
        assert visit.dialogs == []
        assert [url for url in visit.fetched if not url.startswith("data:")] == [file.as_uri()]
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.page.evaluate(OVERFLOWING) == []
        assert visit.page.locator("h1").is_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["good", "unverified", "model_unavailable", "critical_joined", "hostile"])
def test_every_text_has_enough_contrast(browser: Browser, folder: Path, name: str, scheme: str) -> None:
    with _Visit(
        browser, folder / f"{name}.html", color_scheme=scheme, viewport={"width": 1280, "height": 900}
    ) as visit:
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(246, 247, 248)" if scheme == "light" else "rgb(18, 22, 26)")
        assert visit.page.evaluate(POOR_CONTRAST) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_no_section_is_blank_and_every_link_resolves(browser: Browser, folder: Path, name: str) -> None:
    with _Visit(browser, folder / f"{name}.html", viewport={"width": 390, "height": 844}) as visit:
        assert (
            visit.page.evaluate(
                "[...document.querySelectorAll('section')]"
                ".filter(e => e.innerText.trim().length < 12 || e.offsetHeight < 60).length"
            )
            == 0
        )
        assert (
            visit.page.evaluate(
                """[...document.querySelectorAll('a[href^="#"]')]"""
                ".filter(e => !document.getElementById(e.hash.slice(1))).length"
            )
            == 0
        )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_claim_leads_to_its_highlighted_quote(browser: Browser, folder: Path, width: int) -> None:
    with _Visit(browser, folder / "good.html", viewport={"width": width, "height": 844}) as visit:
        visit.page.locator("#root-cause .quotes a").first.click()
        mark = visit.page.locator("mark:has(:target)")
        assert mark.inner_text().startswith("is not authorized to perform: dynamodb:PutItem")
        box = mark.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 844


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_one_chart_is_shown_for_each_width(browser: Browser, folder: Path, width: int, shown: str) -> None:
    with _Visit(browser, folder / "good.html", viewport={"width": width, "height": 844}) as visit:
        charts = visit.page.locator("svg.chart")
        assert [chart.get_attribute("class") for chart in charts.all() if chart.is_visible()] == [
            f"chart {shown}"
        ]


def test_print_shows_outputs_whole_and_leaves_navigation_out(browser: Browser, folder: Path) -> None:
    with _Visit(browser, folder / "good.html", viewport={"width": 800, "height": 844}) as visit:
        visit.page.emulate_media(media="print")
        assert not visit.page.locator("aside").is_visible()
        assert (
            visit.page.locator("#call-1 pre.output").evaluate("e => getComputedStyle(e).maxHeight") == "none"
        )


def test_page_of_a_hundred_calls_is_interactive_within_a_second_of_its_own_time(
    browser: Browser, folder: Path
) -> None:
    with _Visit(browser, folder / "heavy.html", viewport={"width": 1280, "height": 900}) as visit:
        session = visit.page.context.new_cdp_session(visit.page)
        session.send("Performance.enable")
        visit.page.reload()
        metrics = {
            entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]
        }
        # The browser's own account of work done, not the clock of a machine that may be busy.
        assert metrics["LayoutDuration"] + metrics["RecalcStyleDuration"] + metrics["ScriptDuration"] < 1.0
        assert visit.page.locator("details").count() == 101
