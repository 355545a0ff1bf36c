"""What a loaded library serves, to whom, and until when."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError
from bot.library import Item, Library, load
from tests.library import packs

TODAY = date(2026, 6, 1)
LATER = date(2027, 1, 2)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return load(packs.write(tmp_path))


def post(library: Library, scope: str = "group-1", **changes: Any) -> Item:  # noqa: ANN401
    """Return a clinician's post of that group."""
    item = library.item("gout", "rest-toe")
    assert item is not None
    return replace(item, id="post-1", scope=scope, **changes)


def ids(items: object) -> list[str]:
    assert isinstance(items, list)
    return [item.id for item in items]


def test_a_pack_is_read_whole(library: Library) -> None:
    [condition] = library.conditions
    assert (condition.id, condition.title, condition.language) == ("gout", "Gout", "en")
    assert ids(list(condition.items)) == ["study-one", "study-two", "rest-toe", "ask-cherries"]
    assert condition.synonyms == {"toe": ("big toe", "foot")}
    assert [topic.title for topic in library.topics("gout")] == ["Food and drink", "Attacks"]


def test_a_study_is_its_own_source(library: Library) -> None:
    study = library.item("gout", "study-one")
    assert study is not None
    [source] = study.sources
    assert (source.organisation, source.url) == (study.journal, "https://doi.org/10.1234/test.1")
    assert (study.year, study.pmid, study.evidence) == (2020, "1234567", "review")


def test_a_question_keeps_its_wordings_and_sources(library: Library) -> None:
    question = library.item("gout", "ask-cherries")
    assert question is not None
    assert question.kind == "question"
    assert question.also == ("Is cherry juice ok?",)
    assert [source.id for source in question.sources] == ["page", "study-one"]
    assert question.body.startswith("This answer is here for tests")


def test_a_tips_text_stays_markdown(library: Library) -> None:
    [tip] = library.tips("gout", today=TODAY)
    assert "A **cool pack** can feel good.\n\n- Ask" in tip.body
    assert library.tips("gout", today=TODAY, topics=["flare"]) == [tip]
    assert library.tips("gout", today=TODAY, topics=["food"]) == []


def test_the_newest_research_comes_first(library: Library) -> None:
    assert ids(library.latest("gout", today=TODAY)) == ["study-two", "study-one"]
    assert ids(library.latest("gout", today=TODAY, limit=1)) == ["study-two"]
    assert ids(library.research("gout", "flare", today=TODAY)) == ["study-two"]
    assert ids(library.research("gout", "food", today=TODAY, limit=1)) == ["study-two"]


def test_expired_content_is_served_nowhere(library: Library) -> None:
    assert library.latest("gout", today=LATER) == []
    assert library.tips("gout", today=LATER) == []
    assert library.red_flags("gout", today=LATER) == []
    assert library.search("gout", "can I eat cherries", today=LATER).hits == ()
    assert library.search("gout", "can I eat cherries", today=TODAY).confident


def test_emergencies_stand_before_other_red_flags(library: Library) -> None:
    assert ids(library.red_flags("gout", today=TODAY)) == ["flag-faint", "flag-fever"]
    assert ids(library.red_flags("gout", today=date(2026, 7, 2))) == ["flag-fever"]


def test_helplines_never_cross_a_border_but_for_the_european_emergency_number(
    library: Library,
) -> None:
    def names(country: str, kind: str | None = None) -> list[str]:
        return [line.name for line in library.helplines(country, kind)]  # type: ignore[arg-type]

    assert names("GB") == names("uk") == ["A line"]
    assert names("SE") == ["A Swedish line", "European emergency number"]
    assert names("FR", "emergency") == ["European emergency number"]
    assert names("FR", "crisis") == []
    assert names("EU") == ["European emergency number", "Another line"]
    assert names("US") == names("GB", "emergency") == []


def test_an_unknown_condition_is_an_operators_mistake(library: Library) -> None:
    with pytest.raises(ConfigError, match="no content for 'migraine'; there is: gout"):
        library.latest("migraine", today=TODAY)
    with pytest.raises(ConfigError, match="there is: none"):
        Library([]).condition("gout")


def test_a_post_is_for_its_own_group_alone(library: Library) -> None:
    mine = post(library, title="Our pool is open", body="The warm pool is open for members.")
    library.sync("group-1", "gout", [mine])
    ask = "when is the pool open"
    found = library.search("gout", ask, today=TODAY, scope="group-1")
    assert found.confident
    assert found.hits[0].item == mine
    for scope in (None, "group-2"):
        other = library.search("gout", ask, today=TODAY, scope=scope)
        assert mine not in [hit.item for hit in other.hits]
        assert not other.confident
        assert mine not in library.tips("gout", today=TODAY, scope=scope)
        assert library.item("gout", "post-1", scope=scope) is None
    assert library.tips("gout", today=TODAY, scope="group-1")[0] == mine
    assert library.item("gout", "post-1", scope="group-1") == mine


def test_syncing_again_replaces_what_was_there(library: Library) -> None:
    library.sync("group-1", "gout", [post(library, title="Our pool is open")])
    library.sync("group-2", "gout", [post(library, "group-2", title="Our pool is open")])
    library.sync("group-1", "gout", [])
    found = library.search("gout", "is the pool open", today=TODAY, scope="group-1")
    assert not found.confident
    assert library.search("gout", "is the pool open", today=TODAY, scope="group-2").confident


def test_a_clinicians_study_is_among_the_latest(library: Library) -> None:
    study = post(library, kind="research", year=None, reviewed_on=date(2026, 5, 1))
    library.sync("group-1", "gout", [study])
    assert ids(library.latest("gout", today=TODAY, scope="group-1"))[0] == "post-1"


def test_a_post_of_another_group_is_not_taken(library: Library) -> None:
    with pytest.raises(ValueError, match="scope of its own group"):
        library.sync("group-2", "gout", [post(library)])
    with pytest.raises(ValueError, match="scope of its own group"):
        library.sync("", "gout", [])
