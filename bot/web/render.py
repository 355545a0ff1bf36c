"""Rendering: the templates, with everything escaped that is not our own markup."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.settings import Settings

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Pages:
    """Makes pages from templates."""

    def __init__(self, settings: Settings) -> None:
        """Read the templates; what each page may use of the settings is only the site's name."""
        self._made = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._made.globals.update(site={"name": settings.site.name}, asset=asset)

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """Return a page as HTML."""
        return self._made.get_template(template).render(values)


@lru_cache(maxsize=256)
def digest(path: Path) -> str:
    """Return a short hash of a static file: a changed file has another address."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def asset(path: str) -> str:
    """Return the address of a static file, good for ever because it names what is in it."""
    return f"/static/{path}?v={digest(STATIC / path)}"
