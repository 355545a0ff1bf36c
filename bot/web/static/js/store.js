// What this page holds of the conversation: rooms, their lines, and how far it has heard each stream.
// A line is put in by its id; a newer revision takes the place of an older one. Lines stand in order of `seq`.

export class Store {
  me = null;
  commands = [];
  rooms = new Map();
  cursors = {};
  settled = false; // true once the server has said "caught_up"

  hello({ me, rooms, commands }) {
    this.me = me;
    this.commands = commands ?? [];
    this.settled = false;
    const known = this.rooms;
    this.rooms = new Map(rooms.map((room) => [room.id, Object.assign(known.get(room.id) ?? emptyRoom(), room)]));
  }

  reset(stream) {
    delete this.cursors[stream];
    for (const room of this.rooms.values()) {
      const kept = room.order.filter((line) => line.stream !== stream);
      if (kept.length === room.order.length) continue;
      room.order = kept;
      room.lines = new Map(kept.map((line) => [line.id, line]));
      if (stream !== "me") Object.assign(room, { floor: null, ended: false });
    }
  }

  /** Take a line from the socket. Answers null if it is old news, else {room, line, fresh}. */
  accept(line) {
    if (line.rev <= (this.cursors[line.stream] ?? 0)) return null;
    this.cursors[line.stream] = line.rev;
    const room = this.rooms.get(line.room);
    return room ? { room, line, fresh: put(room, line) && line.seq >= (room.floor ?? -Infinity) } : null; // an old line that is changed is no news
  }

  /** Take older lines that were asked for. They never move a cursor. */
  addHistory(room, lines) {
    for (const line of lines) put(room, line);
    if (lines.length === 0) Object.assign(room, { ended: true, floor: -Infinity });
    else room.floor = Math.min(room.floor ?? Infinity, ...lines.map((line) => line.seq));
  }

  /** The server has sent all it had: from here down each room is whole. */
  settle() {
    this.settled = true;
    for (const room of this.rooms.values()) {
      const own = room.order.filter((line) => line.stream !== "me");
      if (room.floor === null) room.floor = (own[0] ?? room.order[0])?.seq ?? null;
    }
  }

  /** Lines that can be shown without a hole between them. */
  visible(room) {
    return room.floor === null ? room.order : room.order.slice(place(room.order, room.floor));
  }

  unread() {
    return [...this.rooms.values()].reduce((sum, room) => sum + room.unread, 0);
  }
}

const emptyRoom = () => ({ lines: new Map(), order: [], floor: null, ended: false, stream: null, divider: null });

/** The first index whose line has a seq not below this one. */
function place(order, seq) {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle].seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put(room, line) {
  const held = room.lines.get(line.id);
  if (line.stream !== "me") room.stream = line.stream;
  if (held && held.rev >= line.rev) return false;
  line.born ??= held ? held.born : line.rev;
  room.lines.set(line.id, line);
  if (held) room.order[room.order.indexOf(held)] = line;
  else if (!room.order.length || room.order.at(-1).seq <= line.seq) room.order.push(line);
  else room.order.splice(place(room.order, line.seq), 0, line);
  return !held;
}
