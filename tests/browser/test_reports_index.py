"""The local list of reports in a real browser: it filters, fits, and stays quiet."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

import reports

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

FILES = (("Report", "a"),)
HOSTILE = "<script>alert(1)</script>"
ROWS = [
    reports.Row("2026-03-09 03:12:11", "high", "orders-errors", "Orders fail", "reported", "$0.18", FILES),
    reports.Row("2026-03-08 01:00:00", "unrated", "<b>x</b>" + "y" * 200, HOSTILE, "refused", "$0.01", ()),
]


@pytest.mark.parametrize("width", [390, 1280])
def test_list_filters_fits_and_says_nothing(tmp_path: Path, width: int) -> None:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on the PATH: install chromium to run the browser tests")
    file = tmp_path / "index.html"
    file.write_text(reports.index(ROWS, "bucket", 7), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        assert page.locator("tbody tr:visible").count() == 2
        page.locator("#filter").fill("orders HIGH")
        assert page.locator("tbody tr:visible").count() == 1
        assert page.locator("#count").inner_text() == "1 of 2"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert said == []
        browser.close()
