"""Forms for the tests, and what a window of one sends back."""

from typing import Any

import discord

from bot.actions import Address, Ask, Choice, Form, Question
from bot.platforms.discord.folders import Folder
from bot.platforms.discord.steps import opened

ANA = Address("discord:@42")
ROOM = Address("discord:7")
LONG_TEXT = "Be kind. " * 100


def question(name: str, kind: str = "text", **more: Any) -> Question:  # noqa: ANN401
    told = {"name": name, "label": name.capitalize(), "kind": kind}
    return Question.model_validate(told | more)


def choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=one, label=f"The {one}") for one in values)


def form(*fields: Question, intro: str = "", title: str = "A form") -> Form:
    return Form(title=title, intro=intro, fields=fields)


def ask(asked: Form, **more: Any) -> Ask:  # noqa: ANN401
    told = {"to": ANA, "key": "discord:1#0", "room": ROOM, "command": "post", "args": "", **more}
    return Ask(form=asked, **told)


def folder(*fields: Question, intro: str = "") -> Folder:
    return opened(ask(form(*fields, intro=intro)), {})


JOIN = form(
    question("name", max=40),
    question("consent", "check", label="I have read this and I agree"),
    intro=LONG_TEXT,
    title="Join the group",
)
POST = form(
    question("kind", "choice", options=choices("tip", "research")),
    question("title", max=120),
    question("body", "long", max=1500),
    question("url", "url", max=500),
    question("source", max=120),
    question("topic", "choice", options=choices("food", "sleep"), required=False),
    intro="A second person reads it.",
    title="Write a post",
)


def sent(window: discord.ui.Modal, **values: object) -> dict[str, Any]:
    """Return what Discord tells of a window that was sent with these values."""
    return {
        "custom_id": window.custom_id,
        "components": [_sent(one, values) for one in window.to_dict()["components"]],
    }


def _sent(one: dict[str, Any], values: dict[str, object]) -> dict[str, Any]:
    if "component" not in one:
        return {"type": one["type"], "id": 1}
    inner = one["component"]
    value = values.get(inner["custom_id"], "")
    named = "values" if inner["type"] == discord.ComponentType.select.value else "value"
    said = ([value] if value else []) if named == "values" else value
    told = {"type": inner["type"], "id": 3, "custom_id": inner["custom_id"], named: said}
    return {"type": one["type"], "id": 2, "component": told}
