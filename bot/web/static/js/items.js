// What the log shows, as a list: day marks, the unread mark, lines, and our own bubbles on their way.
// Each item has a key (which one it is), a sig (what it looks like now) and draw().

import { dayItem, lineItem, pendingItem, unreadItem } from "./lines.js";
import { dayKey } from "./words.js";

const TOGETHER = 6 * 60_000; // lines of one person within this time stand together

/** The last `size` lines of a room and what belongs between them. `source` is the one of the Log. */
export function itemsOf(source, room, size) {
  const all = source.lines(room);
  const lines = all.slice(Math.max(0, all.length - size));
  const above = all[all.length - lines.length - 1];
  const items = [];
  let last = null;
  let divided = room.divider === null || above?.born > room.divider;
  for (const line of lines) {
    const newDay = !last || dayKey(last.at) !== dayKey(line.at);
    const here = !divided && line.stream !== "me" && line.born > room.divider && !line.mine;
    if (newDay) items.push({ key: `d${dayKey(line.at)}`, sig: dayKey(new Date()), draw: () => dayItem(line.at) });
    if (here) items.push({ key: "unread", sig: "", draw: unreadItem });
    items.push(lineOf(source, line, newDay || here || !together(last, line)));
    divided ||= here;
    last = line;
  }
  return [...items, ...bubblesOf(source, room, last)];
}

/** A line of ours has the key its bubble had, so that it takes the bubble's place. */
function lineOf(source, line, head) {
  const state = source.state(line);
  const key = line.mine && line.client_id ? `c${line.client_id}` : `l${line.id}`;
  const sig = [line.id, line.rev, head, state?.busy, state?.why].join(":");
  return { key, sig, line, draw: () => lineItem(line, { head, state, acts: source.acts }) };
}

function bubblesOf(source, room, last) {
  const online = source.online();
  return source.bubbles(room).map((bubble, index) => {
    const head = index === 0 && !last?.mine;
    const sig = [bubble.state, head, online, bubble.why].join(":");
    return { key: `c${bubble.id}`, sig, draw: () => pendingItem(bubble, { head, online, acts: source.acts }) };
  });
}

function together(last, line) {
  if (!last || last.private !== line.private || line.author.role === "bot") return false;
  return last.author.id === line.author.id && new Date(line.at) - new Date(last.at) < TOGETHER;
}
