"""A Chromium without profile or network, and the reports that it is shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.reports import REPORTS, Opened

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser with an empty profile; skips where none is installed."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no Chromium found (looked for {', '.join(PROGRAMS)}): `make chromium` installs Debian's")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: `make test` does")
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=program, headless=True, args=ARGUMENTS
        )
        yield context
        context.close()


@pytest.fixture(scope="session")
def report_path(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what writes a report by its name, once, and tells where it is."""
    place = tmp_path_factory.mktemp("reports")

    @cache
    def write(name: str) -> Path:
        folder = place / name.replace(" ", "-")
        folder.mkdir()
        path = folder / "report.html"
        path.write_text(REPORTS[name](folder), encoding="utf-8", errors="backslashreplace")
        return path

    return write


@pytest.fixture
def show(chromium: BrowserContext, report_path: Callable[[str], Path]) -> Iterator[Callable[..., Opened]]:
    """Return what opens a report by its name, in a colour scheme and at a width, with every fold open."""
    opened: list[Opened] = []

    def open_report(name: str, scheme: str = "light", width: int = 1280) -> Opened:
        opened.append(Opened(chromium.new_page(), report_path(name), scheme, width))
        return opened[-1]

    yield open_report
    for each in opened:
        each.page.close()
