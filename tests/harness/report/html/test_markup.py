"""Text that becomes HTML."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from harness.report.html.markup import Markup, el, joined, table


class Read(HTMLParser):
    """What a browser makes of it: the tags, and the text between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


TEXT = st.text(st.sampled_from("<>&;#\"'/=!-x é"), min_size=1)


@given(TEXT, TEXT)
def test_text_stays_text_and_an_attribute_an_attribute(text: str, title: str) -> None:
    read = Read(el("p", text, title=title))
    assert read.tags == [("p", [("title", title)])]
    assert read.text == text


def test_markup_is_not_escaped_again_and_what_is_none_is_left_out() -> None:
    made = el("p", "a & b", el("b", "<c>"), ["d", Markup("<br>")], class_="x", data_name="y", id=None)
    assert made == '<p class="x" data-name="y">a &amp; b<b>&lt;c&gt;</b>d<br></p>'
    assert joined() == ""


def test_a_table_says_which_cells_are_headings() -> None:
    read = Read(table("Things", ["name", "n"], [["a", "1"], ["all", "2"]], whole=True))
    assert [tag for tag, _ in read.tags].count("th") == 4
    assert ("tr", [("class", "whole")]) in read.tags
    assert read.text == "Thingsnamena1all2"
