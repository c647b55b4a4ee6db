"""Take the README's picture of a report: `docs/images/report.png`, from the tests' own sample."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "lambda"), str(ROOT)]

from tests import samples  # noqa: E402

from report import render  # noqa: E402

TARGET = ROOT / "docs" / "images" / "report.png"


def main() -> int:
    """Render the sample, open it, save the picture."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        print("screenshot: no Chromium on the PATH: install chromium", file=sys.stderr)
        return 1
    page_bytes = (
        render(samples.investigation(), bucket="orders-alarm-reports", region="eu-west-1").files[2].body
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_bytes(page_bytes)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1180, "height": 1010})
        page.goto(file.as_uri())
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=TARGET)
        browser.close()
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
