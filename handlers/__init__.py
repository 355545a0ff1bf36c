"""The table of contents: all that people can do, what the bot listens to, what time brings."""

from bot.routing import Listener, Route, Schedule
from handlers import (
    alarm,
    appointment,
    booking,
    care,
    cases,
    invite,
    join,
    leave,
    library,
    posts,
    privacy,
    recall,
    reminders,
    retention,
    review,
    setup,
    slots,
    status,
    times,
    timezone,
    tip,
    tips,
)
from handlers import help as help_

ROUTES: tuple[Route, ...] = (  # in the order in which /help and the menus show them
    *library.ROUTES,
    *tip.ROUTES,
    *tips.ROUTES,
    *appointment.ROUTES,
    *status.ROUTES,
    *times.ROUTES,
    *booking.ROUTES,
    *care.ROUTES,
    *cases.ROUTES,
    *slots.ROUTES,
    *posts.ROUTES,
    *review.ROUTES,
    *recall.ROUTES,
    *invite.ROUTES,
    *timezone.ROUTES,
    *join.ROUTES,
    *setup.ROUTES,
    *privacy.ROUTES,
    *leave.ROUTES,
    *help_.ROUTES,
)
LISTENERS: tuple[Listener, ...] = (*alarm.LISTENERS,)
SCHEDULES: tuple[Schedule, ...] = (
    *tips.SCHEDULES,
    *reminders.SCHEDULES,
    *retention.SCHEDULES,
)
