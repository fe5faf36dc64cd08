"""A report runs nothing, asks nobody, and can be read by everybody: on small screens, in the dark, by screen readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.reports import REPORTS, Opened

pytestmark = pytest.mark.browser

Show = Callable[..., Opened]

# Anything wider than the page, unless it scrolls or is clipped within itself.
OVERFLOWING = """() => [...document.body.querySelectorAll('*')].filter(element => {
    if (element.closest('svg') && element.tagName !== 'svg') return false;
    for (let up = element.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible') return false;
    return element.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
}).map(element => element.outerHTML.slice(0, 200))"""
# What a publisher's text could have become, had it got out of its place.
SMUGGLED = (
    "document.querySelectorAll('script, iframe, object, embed, img, link, base, form, [onload], [onerror]').length"
)


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_runs_and_nobody_is_asked(name: str, show: Show) -> None:
    report = show(name)
    assert report.requests == [report.page.url]
    assert report.complaints == []
    assert report.page.title() != "attacked"
    assert report.ask(SMUGGLED) == 0
    assert report.ask("[...document.links].every(a => /^(https?:|file:.*report.html#)/.test(a.href))")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", REPORTS)
def test_page_does_not_scroll_sideways(name: str, width: int, show: Show) -> None:
    report = show(name, width=width)
    assert report.ask(OVERFLOWING) == []
    assert report.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
@pytest.mark.parametrize("name", REPORTS)
def test_no_grave_barrier(name: str, scheme: str, width: int, show: Show) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    report = show(name, scheme, width)
    found = axe.run(report.page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [
        (v["id"], [n["html"][:200] for n in v["nodes"][:3]]) for v in found if v["impact"] in {"serious", "critical"}
    ]
    assert not grave


def test_links_within_the_report_lead_somewhere(show: Show) -> None:
    report = show("everything")
    lost = (
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.hash)).map(a => a.hash)"
    )
    assert report.ask(lost) == []
    assert report.ask("document.documentElement.lang") == "en"
    assert report.ask("document.querySelectorAll('h1').length") == 1
