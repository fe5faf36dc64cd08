"""HTML, Markdown and badges: nothing loaded from outside, nothing run, nothing smuggled in."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.render.samples import COMMIT, CRAFTED, FULL, HOSTILE, NOTHING
from weighbridge.model import Attribute, Audit, Location, ModelRef, Origin
from weighbridge.render.badge import render_badge
from weighbridge.render.comparison import render_comparison_html, render_comparison_markdown
from weighbridge.render.html import render_html
from weighbridge.render.links import file_link, path_uri
from weighbridge.render.markdown import code, render_markdown, safe
from weighbridge.render.treemap import squarify, treemap

AUDITS = {"full": FULL, "crafted": CRAFTED, "nothing": NOTHING}
VOID = {"meta", "br", "hr", "img", "input", "link", "rect"}


class Page(HTMLParser):
    """Collects what a browser would meet, and that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(params=AUDITS)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(render_html(AUDITS[request.param]))


def test_html_is_closed_and_loads_and_runs_nothing(page: Page) -> None:
    assert page.open == []
    names = {tag for tag, _ in page.tags}
    assert not names & {
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "img",
        "form",
        "base",
        "audio",
        "video",
        "foreignobject",
    }
    for _, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name in {"src", "srcset", "style"}]
    for attrs in page.named("a"):
        assert re.match(r"https://huggingface\.co/|#", attrs["href"] or "")
    policy = [attrs["content"] for attrs in page.named("meta") if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert (policy[0] or "").startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_html_has_the_marks_that_screen_readers_need(page: Page) -> None:
    assert page.named("html")[0]["lang"] == "en"
    assert len(page.named("h1")) == 1
    assert len(page.named("caption")) == len(page.named("table"))
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.named("th"))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["aria-labelledby"] for a in page.named("section")} <= set(ids)
    assert {(a["href"] or "")[1:] for a in page.named("a") if (a["href"] or "").startswith("#")} <= set(ids)
    assert all("aria-label" in svg or svg.get("aria-hidden") == "true" for svg in page.named("svg"))


def test_html_shows_a_hostile_name_and_obeys_none_of_it() -> None:
    text = render_html(CRAFTED)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u200b", "\udcff"} & set(text)
    assert "hf_AbCd" not in text


def test_html_links_evidence_into_file_and_line() -> None:
    link = f"https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/blob/{COMMIT}/README.md#L48"
    assert link in [attrs["href"] for attrs in Page(render_html(FULL)).named("a")]


def test_only_files_of_a_registry_are_linked() -> None:
    ref = ModelRef(Origin.HUB, "a/b", commit=COMMIT)
    assert file_link(ref, Location("x y#?.bin", line=3)).endswith(f"/a/b/blob/{COMMIT}/x%20y%23%3F.bin#L3")
    assert file_link(ref, Location("../../other/model/x")) == ""
    assert file_link(ModelRef(Origin.FOLDER, "a/b"), Location("x")) == ""
    assert file_link(ModelRef(Origin.HUB, "a/b", commit=COMMIT, endpoint="javascript:1"), Location("x")) == ""
    assert path_uri("javascript:alert(1)") == "javascript%3Aalert%281%29"


@given(st.lists(st.integers(1, 2**60), min_size=1, max_size=60))
def test_a_treemap_keeps_its_areas_inside_its_frame(sizes: list[int]) -> None:
    sizes.sort(reverse=True)
    shares = [size / sum(sizes) for size in sizes]
    boxes = squarify(shares, (0.0, 0.0, 960.0, 320.0))
    assert len(boxes) == len(sizes)
    for share, (x, y, width, height) in zip(shares, boxes, strict=True):
        assert -1e-6 <= x <= x + width <= 960.001
        assert -1e-6 <= y <= y + height <= 320.001
        assert abs(width * height - share * 960 * 320) < 1


def test_a_treemap_of_nothing_is_nothing() -> None:
    assert treemap([]) == treemap([("x", 0)]) == ""
    ET.fromstring(treemap([(HOSTILE, 5), ("b", 3)]))


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS)
@pytest.mark.parametrize("attribute", [None, Attribute.SECURITY])
def test_badges_are_well_formed_and_say_what_they_show(audit: Audit, attribute: Attribute | None) -> None:
    text = render_badge(audit, attribute)
    picture = ET.fromstring(text)
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == picture[0].text
    assert "security" in (picture[0].text or "")
    assert text == render_badge(audit, attribute)
    assert "href" not in text


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS)
def test_markdown_shows_what_strangers_wrote_as_text(audit: Audit) -> None:
    text = render_markdown(audit)
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<script" not in html
    assert all(link.startswith("https://huggingface.co/") for link in re.findall(r'href="([^"]*)', html))
    assert "<img" not in html


@given(st.text(max_size=60))
def test_escaped_markdown_reads_as_its_text(text: str) -> None:
    from weighbridge.render.text import printable

    html = MarkdownIt("commonmark").renderInline(f"x{safe(text)}x")
    assert "<a" not in html
    assert "<em>" not in html
    shown = re.sub("<!-- -->", "", html)
    assert "<" not in shown
    assert code(printable(text)).count("\n") == 0


def test_comparisons_hold_all_models() -> None:
    page = Page(render_comparison_html([FULL, CRAFTED, NOTHING]))
    assert page.open == []
    assert len(page.named("caption")) == len(page.named("table"))
    text = render_comparison_markdown([FULL, CRAFTED, NOTHING])
    assert "all-MiniLM-L6-v2" in text
    assert "\x1b" not in text


def test_a_flood_of_findings_is_cut_with_its_number() -> None:
    import msgspec

    from weighbridge.render.terminal import render_terminal

    alarm = FULL.alarms()[0]
    many = tuple(msgspec.structs.replace(alarm, subject=str(n)) for n in range(20_000))
    flooded = msgspec.structs.replace(FULL, verdicts=many)
    assert "and 19,960 more" in render_terminal(flooded)
    assert "and 19,900 more" in render_markdown(flooded)
    page = render_html(flooded)
    assert "and 19500 more" in page
    assert len(page) < 2_000_000
