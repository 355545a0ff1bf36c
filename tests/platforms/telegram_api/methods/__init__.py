"""Every method that the server knows, by its name in small letters."""

from collections.abc import Callable
from typing import Any

from tests.platforms.telegram_api.methods import (
    changing,
    files,
    inviting,
    members,
    profile,
    rooms,
    sending,
)
from tests.platforms.telegram_api.world import World

Method = Callable[[World, dict[str, Any]], object]

METHODS: dict[str, Method] = {
    "sendmessage": sending.send_message,
    "senddocument": files.send_document,
    "sendphoto": files.send_photo,
    "sendchataction": sending.send_chat_action,
    "getfile": files.get_file,
    "editmessagetext": changing.edit_text,
    "editmessagecaption": changing.edit_caption,
    "editmessagereplymarkup": changing.edit_markup,
    "deletemessage": changing.delete_message,
    "deletemessages": changing.delete_messages,
    "pinchatmessage": changing.pin,
    "unpinchatmessage": changing.unpin,
    "unpinallchatmessages": changing.unpin_all,
    "answercallbackquery": sending.answer_query,
    "getchat": rooms.get_chat,
    "getchatmember": rooms.get_member,
    "getchatadministrators": rooms.get_administrators,
    "getchatmembercount": rooms.count_members,
    "leavechat": rooms.leave,
    "createforumtopic": rooms.create_topic,
    "editforumtopic": rooms.edit_topic,
    "closeforumtopic": rooms.close_topic,
    "reopenforumtopic": rooms.reopen_topic,
    "banchatmember": members.ban,
    "unbanchatmember": members.unban,
    "restrictchatmember": members.restrict,
    "setchatmembertag": members.tag,
    "createchatinvitelink": inviting.create,
    "editchatinvitelink": inviting.edit,
    "revokechatinvitelink": inviting.revoke,
    "exportchatinvitelink": inviting.export,
    "approvechatjoinrequest": inviting.approve,
    "declinechatjoinrequest": inviting.decline,
    "getme": profile.get_me,
    "setmycommands": profile.set_commands,
    "getmycommands": profile.get_commands,
    "deletemycommands": profile.delete_commands,
    "setmyname": profile.set_name,
    "getmyname": profile.get_name,
    "setmydescription": profile.set_description,
    "getmydescription": profile.get_description,
    "setmyshortdescription": profile.set_short,
    "getmyshortdescription": profile.get_short,
    "setwebhook": profile.set_webhook,
    "deletewebhook": profile.delete_webhook,
    "getwebhookinfo": profile.get_webhook,
}
