// What this person did and the server has not yet confirmed. Kept in the tab's own storage, so that a reload
// or a lost connection in mid-send loses nothing. Each thing keeps its id, so sending it twice does it once.
//
//   waiting ──ack ok──> stored ──its line arrives──> (gone)
//      └──ack no──> failed ──retry──> waiting with a new id, or discarded

const KEY = "roundtable.unsent";

export class Outbox {
  items = [];
  #owner = null;

  constructor(send) {
    this.send = send;
  }

  /** After the server has said who we are: take up what a reload left behind, unless it is another person's. */
  belongTo(owner) {
    if (this.#owner === owner) return;
    const left = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    this.#owner = owner;
    this.items = left?.owner === owner ? left.items : [];
    this.#keep();
  }

  add(frame) {
    const item = { ...frame, id: crypto.randomUUID(), state: "waiting", at: new Date().toISOString() };
    this.items.push(item);
    this.#keep();
    this.send(wire(item));
    return item;
  }

  /** A file on its way: it goes by a post of its own and cannot outlive a reload. */
  addFile(room, file, text) {
    const item = { t: "file", id: crypto.randomUUID(), room, file, text, state: "waiting", at: new Date().toISOString() };
    this.items.push(item);
    return item;
  }

  resend() {
    for (const item of this.items) if (item.state === "waiting" && item.t !== "file") this.send(wire(item));
  }

  get waiting() {
    return this.items.some((item) => item.state === "waiting" && item.t !== "file");
  }

  acknowledge(id, ok, why) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return null;
    if (!ok) Object.assign(item, { state: "failed", why });
    else item.state = "stored";
    const shown = isBubble(item) && !item.seen;
    if (ok ? !shown : !isBubble(item)) this.drop(id);
    this.#keep();
    return item;
  }

  /** The line itself has come: the local bubble steps aside. */
  arrived(id) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    item.seen = true;
    if (item.state !== "waiting") this.drop(id);
  }

  drop(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.#keep();
  }

  /** Bubbles to show in a room, oldest first. */
  bubbles(room) {
    return this.items.filter((item) => item.room === room && isBubble(item) && !item.seen);
  }

  #keep() {
    const items = this.items.filter((item) => item.t !== "file" && item.state !== "stored");
    if (items.length) sessionStorage.setItem(KEY, JSON.stringify({ owner: this.#owner, items }));
    else sessionStorage.removeItem(KEY);
  }
}

export const isCommand = (item) => item.t === "say" && item.text.startsWith("/");
const isBubble = (item) => item.t === "say" || item.t === "file";

function wire(item) {
  const { state, why, at, seen, ...frame } = item;
  return frame;
}
