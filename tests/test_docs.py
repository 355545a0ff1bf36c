import re
from pathlib import Path

import handlers
from bot.platforms.discord import permissions, portal
from bot.safety import consent
from bot.settings import Discord, Settings

ROOT = Path(__file__).parent.parent
DISCORD = (ROOT / "docs" / "discord.md").read_text("utf-8")
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


def test_the_page_on_discord_names_the_permissions_that_the_bot_asks_for() -> None:
    assert f"`{permissions.NUMBER}`" in DISCORD
    table = re.search(r"\| permission \|.*?\n\n", DISCORD, re.DOTALL)
    assert table is not None
    named = re.findall(r"^\| ([^|]+) \|", table[0], re.MULTILINE)[1:]
    labels = {label for row in named for label in row.split(", ")}
    assert labels == {need.label for need in permissions.NEEDS}


def test_the_page_on_discord_names_the_address_that_people_come_back_to() -> None:
    assert f"https://groups.clinic{portal.BACK}`" in DISCORD


def test_the_page_on_discord_quotes_the_consent_text() -> None:
    quoted = " ".join(re.findall(r"^> ?(.*)$", DISCORD, re.MULTILINE)).split()
    shown = consent.text(Settings(discord=Discord(token="t" * 24)))
    assert len(quoted) > 50
    assert " ".join(quoted) in " ".join(shown.split())


def test_what_the_page_on_discord_quotes_is_what_the_bot_says() -> None:
    sources = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").glob("*.py")]
    code = "".join(one.read_text("utf-8") for one in sources)
    said = re.sub(r'"\s*\n\s*f?"', "", code)
    table = DISCORD.partition("## When something")[2]
    cells = re.findall(r"^\| ([^|]*“[^|]*) \|", table, re.MULTILINE)
    quotes = [quote for cell in cells for quote in re.findall(r"“(.+?)(?: …)?”", cell)]
    discords_own = {"did not respond"}
    assert len(quotes) > 5
    assert [one for one in quotes if one not in said and one not in discords_own] == []
