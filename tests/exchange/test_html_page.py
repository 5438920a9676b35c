# SPDX-License-Identifier: Apache-2.0
"""The HTML page can be read and does nothing else, whatever the messages say."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from nemodesk.chats.message import NewAttachment, Role
from nemodesk.chats.store import ChatStore
from nemodesk.exchange.exporting import ExportFormat, exported
from nemodesk.exchange.progress import Progress
from nemodesk.exchange.writers.html_text import HtmlText

_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "nav", "article", "header"),
    *("section", "div", "p", "h1", "h2", "h3", "small", "ul", "li", "a", "time", "strong", "em"),
    *("pre", "code", "span", "details", "summary", "figure", "figcaption", "img", "table"),
    *("thead", "tbody", "tr", "th", "td", "s", "br", "hr", "blockquote", "ol", "h4", "h5", "h6"),
}
_EVIL = """<script>alert(1)</script><img src=x onerror=alert(1)>
![pixel](https://tracker.example/p.png)
[click](javascript:alert(1)) [data](data:text/html,x) [fine](https://example.org "a\\"b")
</div></section></body><iframe src="//evil">

```"><script>alert(2)</script>
</code></pre><script>alert(3)</script>
```

| a | b |
|---|---|
| `x` | <b>y</b> |
"""


class _Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(store: ChatStore) -> _Page:
    return _Page("".join(exported(store, store.list_chats(), ExportFormat.HTML, Progress())))


def test_a_message_cannot_do_anything(store: ChatStore) -> None:
    """No tag, no address and no attribute of a message gets into the page."""
    chat = store.create_chat(title="<title>&")
    question = store.add_message(chat.id, parent_id=None, role=Role.USER, content=_EVIL)
    store.add_message(chat.id, parent_id=question.id, role=Role.ASSISTANT, content=_EVIL)
    page = _page(store)
    assert set(page.tags) <= _TAGS
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    addresses = {value for _, name, value in page.attributes if name in {"href", "src"}}
    assert addresses == {"https://tracker.example/p.png", "https://example.org"}
    assert "<script>alert(1)</script>" in page.text
    assert "<title>&" in page.text


def test_the_page_itself_forbids_scripts_and_the_network(store: ChatStore) -> None:
    """Even a mistake in here would run nothing and load nothing."""
    store.create_chat()
    policy = [value for tag, name, value in _page(store).attributes if "default-src" in value]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_all_of_a_chat_is_on_the_page(full: ChatStore) -> None:
    """Who said what, files, pictures inside, coloured code."""
    question, answer = full.path(full.list_chats()[0].id)[:2]
    full.show_version(full.versions(answer.id)[1])
    page = _page(full)
    for words in ("Garten & Gemüse", question.content, "nano", "plan.txt", "Im April.", "säen"):
        assert words in page.text
    assert ("img", "src", "data:image/png;base64,iVBORw0KAA==") in page.attributes
    assert ("pre", "data-language", "python") in page.attributes
    assert ("span", "class", "nb") in page.attributes


def test_a_drawing_that_could_hold_scripts_is_named_only(store: ChatStore) -> None:
    """SVG is a document of its own."""
    chat = store.create_chat()
    svg = NewAttachment(name="a.svg", media_type="image/svg+xml", content=b"<svg onload=x>")
    store.add_message(chat.id, parent_id=None, role=Role.USER, content="", attachments=[svg])
    page = _page(store)
    assert "img" not in page.tags
    assert "a.svg" in page.text


def test_several_chats_have_a_list_at_the_top(store: ChatStore) -> None:
    """Its links lead to the chats."""
    chats = [store.create_chat(title=title) for title in ("One", "Two")]
    page = _page(store)
    targets = {value for tag, name, value in page.attributes if (tag, name) == ("article", "id")}
    links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    assert links == {f"#{target}" for target in targets} == {f"#chat-{chat.id}" for chat in chats}


@pytest.mark.parametrize("text", ["[" * 50_000, "> " * 20_000, "*a " * 100_000, "`" * 300_000])
def test_markdown_that_takes_long_does_not(text: str) -> None:
    """The time limit of the test is the limit here."""
    assert HtmlText().markdown(text)


def test_the_colours_are_in_the_page_and_not_beside_it(store: ChatStore, tmp_path: Path) -> None:
    """One file is all that there is to give away."""
    store.create_chat()
    page = _page(store)
    assert "prefers-color-scheme: dark" in page.text
    assert "link" not in page.tags
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".css"] == []
