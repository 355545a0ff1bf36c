"""What simcord lacks or takes too lightly; importing this fills the table of routes."""

from tests.platforms.discord_api.routes import (
    answers,
    application,
    commands,
    invites,
    lines,
    members,
    oauth,
    rules,
)

MODULES = (answers, application, commands, invites, lines, members, oauth, rules)
