import re
from pathlib import Path

import handlers

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "guide.md").read_text("utf-8")


def test_every_command_that_a_menu_shows_is_in_the_guide() -> None:
    named = set(re.findall(r"`/(\w+)", GUIDE))
    shown = {route.name for route in handlers.ROUTES if route.help and not route.open}
    assert len(shown) > 15
    assert shown <= named


def test_the_guide_names_no_command_that_does_not_exist() -> None:
    known = {name for route in handlers.ROUTES for name in (route.name, *route.aliases)}
    assert set(re.findall(r"`/(\w+)", GUIDE)) - {"desk"} <= known


def test_links_between_our_own_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    ]
    assert len(links) > 5
    assert [target for page, target in links if not (page.parent / target).exists()] == []
