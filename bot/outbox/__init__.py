"""The postmen: one for each platform, carrying out what the outbox holds.

What is claimed is leased, carried out lane by lane (a chat's actions in order, chats side by
side), and each is settled as soon as it has ended. A crash in between means that the lease runs out
and the action is carried out again under the same key. A platform that keeps its rooms in this
very database is served in one transaction, so there it happens exactly once.
"""

from bot.outbox.inhouse import Inhouse, Rows
from bot.outbox.jobs import TRIES
from bot.outbox.postman import Postman

__all__ = ["TRIES", "Inhouse", "Postman", "Rows"]
