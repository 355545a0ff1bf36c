"""`library check`: what is wrong is named by file, line and reason."""

from datetime import date
from pathlib import Path

import pytest

from bot.library import PackInvalid, Problem, check, load, report
from tests.library import packs

TODAY = date(2026, 6, 1)
SIGN = "are reviewed by an editor only"


def errors(root: Path, today: date = TODAY) -> list[tuple[str, int, str]]:
    """Return the errors found there as (file, line, reason)."""
    found = [one for one in check(root, today=today) if one.severity == "error"]
    return [(one.path.name, one.line, one.reason) for one in found]


def warnings(root: Path, today: date = TODAY) -> list[str]:
    """Return the reasons of the warnings, but for the one about signing."""
    found = [one for one in check(root, today=today) if one.severity == "warning"]
    return [one.reason for one in found if SIGN not in one.reason]


def test_a_good_pack_only_asks_for_a_clinicians_signature(tmp_path: Path) -> None:
    [problem] = check(packs.write(tmp_path), today=TODAY)
    assert problem.severity == "warning"
    assert problem.path == tmp_path / "gout/condition.toml"
    assert problem.reason.startswith("5 of 6 items are reviewed by an editor only")


def test_a_signed_pack_has_nothing_to_say(tmp_path: Path) -> None:
    signed = {name: text.replace('"editor"', '"dietitian"') for name, text in packs.FILES.items()}
    assert check(packs.write(tmp_path, signed), today=TODAY) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("research.toml", 'doi = "10', 'doi = "doi:10', "'doi' 'doi:10.1234/test.1' is no DOI"),
        ("research.toml", 'pmid = "123', 'pmid = "PMC123', "'pmid' 'PMC1234567' is no PMID"),
        ("research.toml", "https://example", "http://example", "'url' must begin with https://"),
        ("research.toml", "https://example.org", "https://localhost", "is not a web address"),
        ("research.toml", "https://example.org", "https://a@b.org", "is not a web address"),
        ("research.toml", "https://example.org", "https://[b.org", "is not a web address"),
        ("research.toml", "year = 2020", "year = 20200", "'year' cannot be 20200"),
        ("research.toml", "year = 2020", 'year = "2020"', "must be a whole number without quotes"),
        ("research.toml", 'title = "Cherries', 'titel = "Cherries', "did you mean 'title'?"),
        ("research.toml", 'evidence = "review"', 'evidence = "good"', "must be one of 'guideline'"),
        ("research.toml", 'summary = "A study that asks whether', 'summary = "No."  #',
         "'summary' is too short: 3 characters, at least 40"),
        ("research.toml", "A study that asks about", "long " * 200, "'summary' is too long"),
        ("research.toml", 'topics = ["food"]', "topics = []", "'topics' must name at least one"),
        ("research.toml", 'topics = ["food"]', 'topics = ["fod"]', "did you mean 'food'?"),
        ("research.toml", 'topics = ["food"]', 'topics = "food"', "must be a list in square"),
        ("research.toml", '  "flare",', '  "flair",', "unknown topic 'flair'"),
        ("research.toml", "reviewed_on = 2026-01-01", 'reviewed_on = "2026-01-01"',
         "'reviewed_on' must be a date such as 2026-11-24, without quotes"),
        ("research.toml", "reviewed_on = 2026-01-01", "reviewed_on = 2026-01-01T10:00:00Z",
         "'reviewed_on' must be a date"),
        ("research.toml", "reviewed_on = 2026-01-01", "reviewed_on = 2026-06-02",
         "'reviewed_on' lies in the future: 2026-06-02"),
        ("research.toml", "review_by = 2027-01-01", "review_by = 2026-01-01",
         "'review_by' must be after 'reviewed_on'"),
        ("research.toml", "review_by = 2027-01-01", "review_by = 2027-02-30",
         "this is not valid TOML: Invalid date"),
        ("research.toml", 'id = "study-one"', 'id = "Study One"', "must be lower-case letters"),
        ("research.toml", 'id = "study-one"', 'id = "page"',
         "the id 'page' is already used in gout/sources.toml:2"),
        ("research.toml", "Cherries and", "Cherries <b>and</b>", "raw HTML is not allowed"),
        ("research.toml", "Cherries and", "Cherries \u202eand", "(U+202E, right-to-left override)"),
        ("research.toml", "Cherries and", "Cherries \\u200Band", "(U+200B, zero width space)"),
        ("research.toml", 'authors = "Doe J, et al."', 'authors = " "', "must not be empty"),
        ("sources.toml", "seen_on = 2026-01-01", "seen_on = 2026-07-01", "lies in the future"),
        ("sources.toml", "[[source]]", "[source]", "there is no [[source]] here"),
        ("sources.toml", "[[source]]", "colour = 1\n[[source]]", "unknown key 'colour'"),
        ("red_flags.toml", 'source = "page"', 'source = "pages"', "did you mean 'page'?"),
        ("red_flags.toml", 'act = "urgent"', 'act = "soon"', "must be one of 'emergency' or"),
        ("red_flags.toml", "medical help today", "help on 116 123", "a telephone number"),
        ("condition.toml", 'id = "gout"', 'id = "gut"', "'id' must be the folder's name, 'gout'"),
        ("condition.toml", 'id = "flare"', 'id = "food"', "the topic 'food' is already there"),
        ("condition.toml", 'language = "en"', 'language = "English"', "is not a language such as"),
        ("condition.toml", 'title = "Food', 'titel = "Food', "did you mean 'title'?"),
        ("condition.toml", 'toe = ["big toe", "foot"]', "toe = 3", "must be a list"),
        ("tips.md", 'sources = ["page"]', "sources = []", "'sources' must name at least one"),
        ("tips.md", 'sources = ["page"]', 'sources = ["pgae"]', "did you mean 'page'?"),
        ("tips.md", 'stages = ["living"]', 'also = ["x"]', "unknown key 'also'"),
        ("tips.md", "Put your foot", "<br>Put your foot", "raw HTML is not allowed"),
        ("tips.md", "Put your foot", "<div>\nPut your foot", "raw HTML is not allowed"),
        ("tips.md", "- Ask your nurse", "### Ask\n\n- Ask your nurse", "not another heading"),
        ("tips.md", "feel good.\n", "feel good.\n+++\n", "not a second +++"),
        ("tips.md", "- Ask your nurse", "> Ask your nurse", "not blockquote"),
        ("tips.md", "- See [the", "- `See` [the", "not code"),
        ("tips.md", "https://example.org/page)", "javascript:x)", "must be written"),
        ("tips.md", "https://example.org/page)", "http://example.org)", "must begin with https://"),
        ("tips.md", "- Ask your nurse", "##Ask your nurse", "a title needs a space after ##"),
        ("faq.md", "\ntopics", '\ntopics = ["food", "food"]\n#', "'topics' names 'food' twice"),
        ("faq.md", 'also = ["Is', "also = [3]\n# [", "'also' must be text in quotes"),
        ("_shared/helplines.toml", '"GB"', '"Britain"', "must be two capital letters"),
        ("_shared/helplines.toml", "checked_on = 2026-01-01", "checked_on = 2026-07-01",
         "lies in the future"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, name: str, old: str, new: str, reason: str
) -> None:
    root, line = packs.changed(tmp_path, name, old, new)
    found = errors(root)
    lines = {at for file, at, why in found if reason in why and name.endswith(file)}
    assert lines, found
    assert lines <= set(range(line, line + new.count("\n") + 1)), (line, found)


def test_a_wrong_pack_is_never_loaded(tmp_path: Path) -> None:
    root, line = packs.changed(tmp_path, "research.toml", "https://example", "http://example")
    with pytest.raises(PackInvalid) as raised:
        load(root)
    path = root / "gout/research.toml"
    assert str(raised.value) == f"{path}:{line}: 'url' must begin with https://"
    assert Problem(path, line, "'url' must begin with https://") in raised.value.problems


def test_a_missing_key_is_told_at_its_table(tmp_path: Path) -> None:
    root, _ = packs.changed(tmp_path, "tips.md", 'sources = ["page"]', "")
    assert errors(root) == [("tips.md", 5, "'sources' is missing")]


def test_toml_that_does_not_parse_is_told_at_its_line(tmp_path: Path) -> None:
    root, line = packs.changed(tmp_path, "tips.md", "review_by = 2027-01-01", "review_by = soon")
    [(file, at, reason)] = errors(root)
    assert (file, at) == ("tips.md", line)
    assert reason.startswith("this is not valid TOML: ")


def test_toml_that_ends_too_early_is_told_at_its_end(tmp_path: Path) -> None:
    root = packs.write(tmp_path, {"gout/sources.toml": '[[source]]\nid = "a"\nurl = ["b",\n'})
    assert [(file, at) for file, at, _ in errors(root)] == [("sources.toml", 3)]


def test_expired_content_is_a_warning(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    assert warnings(root, date(2026, 7, 1)) == []
    [reason] = warnings(root, date(2026, 7, 2))
    assert reason == "'flag-faint' was to be reviewed by 2026-07-01 and is not shown any more"


def test_texts_have_bounds(tmp_path: Path) -> None:
    text = packs.TIPS.split("+++")
    short = "+++".join([*text[:2], "\nToo short.\n"])
    title = packs.FAQ.replace("Can I eat cherries?", "Why? " * 40)
    found = errors(packs.write(tmp_path, {"gout/tips.md": short, "gout/faq.md": title}))
    assert found == [
        ("faq.md", 1, "the title is too long: 199 characters, at most 150"),
        ("tips.md", 3, "the text is too short: 10 characters, at least 40"),
    ]


def test_an_item_needs_its_block(tmp_path: Path) -> None:
    body = "\nThis text is long enough, and it has no block of facts at all.\n"
    text = f"## No block\n{body}\n## Open block\n+++\nid = 3\n"
    found = errors(packs.write(tmp_path, {"gout/tips.md": text}))
    assert ("tips.md", 1, "a +++ block must follow under the title 'No block'") in found
    assert ("tips.md", 5, "the +++ block is not closed under the title 'Open block'") in found


def test_a_title_in_code_or_in_a_block_is_no_title(tmp_path: Path) -> None:
    note = "A note.\n\n```\n## Not an item\n```\n\n"
    tips = note + packs.TIPS.replace('id = "rest-toe"', '## a comment\nid = "rest-toe"')
    assert errors(packs.write(tmp_path, {"gout/tips.md": tips})) == []


def test_no_item_and_nothing_at_all_are_told(tmp_path: Path) -> None:
    root = packs.write(tmp_path, {"gout/tips.md": "Only a note.\n", "gout/faq.md": " \n"})
    assert errors(root) == [
        ("faq.md", 1, "this file is empty"),
        ("tips.md", 1, "there is no item here: each begins with '## ' and its title"),
    ]


def test_a_pack_needs_red_flags(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    (root / "gout/red_flags.toml").unlink()
    assert errors(root) == [("red_flags.toml", 1, "this file is missing")]
    (root / "gout/red_flags.toml").write_text("# none\n", encoding="utf-8")
    assert errors(root) == [("red_flags.toml", 1, "there is no [[red_flag]] here")]


def test_a_pack_must_hold_something(tmp_path: Path) -> None:
    flags = packs.RED_FLAGS.replace("study-one", "page")
    root = packs.write(tmp_path, {"gout/red_flags.toml": flags})
    for name in ("research.toml", "tips.md", "faq.md"):
        (root / "gout" / name).unlink()
    [(file, line, reason)] = errors(root)
    assert (file, line) == ("condition.toml", 1)
    assert reason == "the pack holds no research, no tip and no question"


def test_without_condition_toml_the_rest_is_still_checked(tmp_path: Path) -> None:
    root, line = packs.changed(tmp_path, "sources.toml", "https", "http")
    (root / "gout/condition.toml").unlink()
    assert errors(root) == [
        ("condition.toml", 1, "this file is missing"),
        ("sources.toml", line, "'url' must begin with https://"),
    ]


def test_a_wrong_source_is_not_told_again_wherever_it_is_named(tmp_path: Path) -> None:
    root, line = packs.changed(tmp_path, "sources.toml", "https", "http")
    assert errors(root) == [("sources.toml", line, "'url' must begin with https://")]


def test_a_missing_folder_and_an_empty_library_are_told(tmp_path: Path) -> None:
    assert errors(tmp_path / "nowhere") == [("nowhere", 1, "there is no such folder")]
    assert errors(tmp_path)[0][2] == "the library is empty: each condition is a folder in it"


def test_missing_helplines_are_a_warning(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    (root / "_shared/helplines.toml").unlink()
    assert warnings(root) == ["this file is missing: people in need will see no helpline"]
    assert load(root).helplines("GB") == []


def test_a_stray_file_is_a_warning_with_a_hint(tmp_path: Path) -> None:
    more = {"gout/tip.md": "x", "gout/photo": "x", "gout/README.md": "x", "gout/.hidden": "x"}
    assert warnings(packs.write(tmp_path, more)) == [
        "this is no file of a pack and is not read",
        "this is no file of a pack and is not read; did you mean 'tips.md'?",
    ]


def test_text_must_be_utf_8(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    (root / "gout/faq.md").write_bytes(b"One\nTw\xf6\n")
    assert errors(root) == [("faq.md", 2, "is not UTF-8 text")]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    root = packs.write(tmp_path, {"gout/faq.md": "x" * 2_000_001})
    assert errors(root) == [("faq.md", 1, "is larger than 2 MB")]


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    root = packs.write(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", fails)
    assert ("faq.md", 1, "cannot be read: Permission denied") in errors(root)


def test_links_may_not_lead_out_of_the_library(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "tips.md").write_text(packs.TIPS, encoding="utf-8")
    root = packs.write(tmp_path / "library")
    (root / "gout/tips.md").unlink()
    (root / "gout/tips.md").symlink_to(outside / "tips.md")
    (root / "other").symlink_to(outside)
    reason = "this is a link to a place outside the library"
    assert errors(root) == [("tips.md", 1, reason), ("other", 1, reason)]


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    for name, text in packs.FILES.items():
        (root / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert errors(root) == []


def test_a_report_is_for_people_and_for_programs() -> None:
    problems = [Problem(Path("a.md"), 3, "no"), Problem(Path("b.md"), 1, "hm", "warning")]
    assert report.text(problems) == ("a.md:3: error: no\nb.md:1: warning: hm\n1 error, 1 warning")
    assert report.rows(problems)[0] == {
        "path": "a.md",
        "line": 3,
        "severity": "error",
        "reason": "no",
    }
