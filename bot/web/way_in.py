"""The way in: the page on which a crossing ends, in words that say what to do next."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from starlette.responses import Response

from bot.platforms import Passage, Progress, Way
from bot.web.visit import Visit

Link = tuple[str, str]  # what a button says, and where it leads


class Words(NamedTuple):
    """What a page says; `{title}` is what the platform is called."""

    title: str
    text: str


LOOK_AGAIN_SECONDS = 3
LOST = Words(
    "Please begin again",
    "We cannot tell who you are. This step may have been begun in another browser, or it may be "
    "too old. Please open the link of your invite again, in this browser.",
)
OPENING = Words("You are in the group", "{title} is opening your room. It takes a few seconds.")
SLOW = Words(
    "You are in the group",
    "{title} is slow just now, so your room is not open yet. You need do nothing: it opens as soon "
    "as it can. You can look again in a minute.",
)
IN = Words("You are in", "Your room on {title} is open. You can come back to it at any time.")
ONCE = "The link works once, for you alone. Please do not pass it on."
MISSING = "Another room did not open. Please tell whoever gave you the invite."
ALREADY = Words(
    "You are in already", "Your invite was not used up. You can open your room on {title}."
)
SHUT = Words(
    "You are in the group",
    "{title} did not open the room. Your place is kept. Please tell whoever gave you the invite.",
)
NOTHING_LOST = "Your invite still works."
TOLD = {
    "going": Words("One moment", "We are asking {title} who you are. It takes a few seconds."),
    "denied": Words(
        "Nothing has changed",
        f"You told {{title}} not to let us in, and that is fine. {NOTHING_LOST} You can try again, "
        "or join on the clinic’s page instead.",
    ),
    "late": Words(
        "That took a little too long",
        f"For your safety this step ends after ten minutes. {NOTHING_LOST} Please begin again.",
    ),
    "refused": Words(
        "{title} did not let us finish",
        f"You did nothing wrong. {NOTHING_LOST} Please try once more. If it happens again, join on "
        "the clinic’s page instead.",
    ),
    "down": Words(
        "{title} did not answer",
        f"You did nothing wrong. {NOTHING_LOST} Please try again in a few minutes, or join on the "
        "clinic’s page instead.",
    ),
    "failed": Words(
        "Something went wrong on our side",
        f"It has been noted. {NOTHING_LOST} Please try again in a moment.",
    ),
    "asked": Words("One thing is missing", "{problem}"),
    "already": ALREADY,
}


def lost(visit: Visit, passage: Passage) -> Response:
    """Answer somebody of whom nothing is known here."""
    return _page(visit, passage, LOST, status=404)


def told(visit: Visit, passage: Passage, progress: Progress, *, patient: bool) -> Response:
    """Say how far somebody is who is let into no room."""
    stage = "down" if progress.stage == "going" and not patient else progress.stage
    if stage == "going":
        return _page(visit, passage, TOLD[stage], refresh=True)
    if stage == "already":
        return _page(visit, passage, ALREADY, links=[(f"Open {passage.title}", passage.home)])
    links = [("Back to your invite", f"/join/{quote(progress.code)}")]
    return _page(visit, passage, TOLD[stage], problem=progress.problem, links=links)


def opening(visit: Visit, passage: Passage, *, patient: bool) -> Response:
    """Say that a room is not open yet; for a while the page looks again by itself."""
    if patient:
        return _page(visit, passage, OPENING, refresh=True)
    return _page(visit, passage, SLOW, links=[("Look again", f"/{passage.name}/in")])


def shown(
    visit: Visit, passage: Passage, found: Sequence[tuple[str, Way]], *, missing: int
) -> Response:
    """Show the way into each room that is open."""
    if not found:
        return _page(visit, passage, SHUT)
    links = [(f"Open {what}", way.link) for what, way in found]
    notes = [ONCE] if any(way.once for _, way in found) else []
    notes += [MISSING] if missing else []
    return _page(visit, passage, IN, links=links, note=" ".join(notes))


def _page(  # noqa: PLR0913 - what the template shows
    visit: Visit,
    passage: Passage,
    words: Words,
    *,
    links: Sequence[Link] = (),
    note: str = "",
    problem: str = "",
    refresh: bool = False,
    status: int = 200,
) -> Response:
    title, said = (part.format(title=passage.title, problem=problem) for part in words)
    return visit.page(
        "way_in.html",
        status,
        title=title,
        text=said,
        note=note,
        links=links,
        refresh=LOOK_AGAIN_SECONDS if refresh else 0,
    )
