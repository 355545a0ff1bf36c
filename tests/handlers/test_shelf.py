from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text
from bot.library import Item, Source
from bot.store.content import Post
from handlers import shelf
from tests.world import START, library

TODAY = START.date()


def post(**more: object) -> Post:
    fields = {
        "id": "p1",
        "group_id": "g1",
        "kind": "tip",
        "title": "Walk a little",
        "body": "A short walk can help.",
        "url": "https://example.org/walk",
        "source": "Example Society",
        "author_id": "a",
        "reviewer_role": "clinician",
        "created_at": datetime(2026, 11, 23, tzinfo=UTC),
        "decided_at": datetime(2026, 11, 24, tzinfo=UTC),
    }
    return Post.model_validate(fields | more)


def item(item_id: str) -> Item:
    found = library().item("crohns", item_id)
    assert found is not None
    return found


def test_a_reference_shows_its_journal_year_doi_and_kind_of_study() -> None:
    words = shelf.words(item("cded-trial-2019"))
    assert "2019](https://doi.org/10.1053/j.gastro.2019.04.021) (randomised trial)" in words
    assert "Source: [Gastroenterology" in words
    assert words.endswith("\nReviewed 24 November 2026 by our editors.")


def test_a_tip_with_several_sources_links_them_all() -> None:
    tip = item("gentle-food-in-a-flare")
    words = shelf.words(tip)
    assert "\n\nSources: [" in words
    assert all(source.url in words.replace("%26", "&") for source in tip.sources)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("clinician", "by a clinician of this group."),
        ("owner", "by the clinic’s team."),
        ("ibd nurse", "by an IBD nurse."),
        ("dietitian", "by a dietitian."),
    ],
)
def test_who_reviewed_it_is_said_in_plain_words(role: str, words: str) -> None:
    assert shelf.words(shelf.item_of(post(reviewer_role=role))).endswith(words)


def test_a_post_is_an_item_of_its_group_alone() -> None:
    made = shelf.item_of(post(kind="research", topic="food"))
    assert (made.kind, made.topics, made.scope) == ("research", ("food",), "g1")
    assert made.reviewed_on == TODAY
    assert made.sources[0].organisation == "Example Society"


def test_paragraphs_stay_and_markup_does_not() -> None:
    made = shelf.item_of(post(title="<b>Hi</b> *you*", body="one\n\n[two](https://x.example)\n# 3"))
    html = text.html(shelf.words(made))
    assert "<p>one</p>\n<p>[two](https://x.example)</p>\n<p># 3</p>" in html
    assert "&lt;b&gt;Hi&lt;/b&gt; *you*" in html


@given(st.text(max_size=200), st.text(max_size=60))
def test_nothing_that_a_person_typed_becomes_a_link_or_ends_one(body: str, end: str) -> None:
    made = shelf.item_of(post(body=body, source=body[:50], url=f"https://example.org/{end}"))
    html = text.html(shelf.words(made))
    assert html.count("<a ") == 1
    assert 'href="https://example.org/' in html


def test_a_long_title_fits_on_a_button() -> None:
    assert shelf.short("x" * 61) == "x" * 59 + "…"
    assert shelf.short("x" * 60) == "x" * 60
    assert shelf.short("Fatigue: " + "word " * 20) == "Fatigue: " + "word " * 9 + "word…"


def test_a_journal_is_named_without_issue_and_pages() -> None:
    named = {source: shelf.names([Source("s", source, "T", "https://e.example/")]) for source in (
        "Gut 68(Suppl 3):s1-s106",
        "J Crohns Colitis 2021, no. 6, 879-913",
        "Saudi journal : official journal of the Association",
        "Crohn's & Colitis UK",
    )}  # fmt: skip
    assert [text.plain(words) for words in named.values()] == [
        "Gut", "J Crohns Colitis", "Saudi journal", "Crohn's & Colitis UK",
    ]  # fmt: skip


def test_each_source_is_linked_once_and_each_organisation_stands_together() -> None:
    pages = ("NHS", "a"), ("Gut 1:2", "b"), ("NHS", "c"), ("NHS", "a")
    sources = [Source("s", name, "T", f"https://{page}.example") for name, page in pages]
    words = shelf.names(sources)
    assert text.plain(words) == "NHS, NHS (2), Gut"
    assert [words.count(f"https://{page}.example") for page in "abc"] == [1, 1, 1]
