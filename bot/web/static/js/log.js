// The log on screen: the room's lines from the bottom up, a window of them, with day and unread marks.
// Each change is put in order and compared with what stands there; only what differs is drawn again.

import { byId, count } from "./dom.js";
import { itemsOf } from "./items.js";
import { redrawn, restore } from "./keep.js";

const PAGE = 60;
const MOST = 400;
const CLOSE = 90; // pixels from the end that still count as being there

export class Log {
  #box = byId("log");
  #list = byId("lines");
  #jump = byId("jump");
  #shown = new Map();
  #window = PAGE;
  #missed = 0;
  #timer = 0;
  #loading = false;
  #atEnd = true;

  /** `source` has room(), lines(room), bubbles(room), state(line), online(), acts, older(room) and read(). */
  constructor(source) {
    this.source = source;
    this.#box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => { this.toEnd(); this.#box.focus({ preventScroll: true }); });
    const watch = new ResizeObserver(() => { if (this.#atEnd) this.toEnd(); });
    watch.observe(this.#box);
    watch.observe(this.#list);
    document.addEventListener("visibilitychange", () => document.hidden || this.#seen());
  }

  get atEnd() {
    return this.#atEnd;
  }

  /** Show another room, at its first unread line or its end. */
  open() {
    this.#box.setAttribute("aria-busy", "true");
    this.#list.replaceChildren();
    this.#shown.clear();
    this.#missed = 0;
    this.#atEnd = true;
    const room = this.source.room();
    this.#window = room.divider === null ? PAGE : Math.min(MOST, this.source.lines(room).filter((line) => line.born > room.divider).length + PAGE);
    this.#draw();
    const mark = byId("unread");
    if (mark) this.#box.scrollTop = mark.offsetTop - 60;
    this.#scrolled();
    this.#fillIfShort();
    setTimeout(() => this.#box.setAttribute("aria-busy", "false"), 300);
  }

  /** No room is left to show: nothing of the old one stays on screen. */
  clear() {
    this.#list.replaceChildren();
    this.#shown.clear();
    this.#missed = 0;
    this.#atEnd = true;
    this.#box.setAttribute("aria-busy", "false");
    this.#jump.hidden = true;
    byId("top-note").hidden = true;
  }

  quiet(yes) {
    this.#box.setAttribute("aria-busy", String(yes));
  }

  /** Something changed; draw soon, together with whatever else changes in that moment. */
  touch() {
    this.#timer ||= setTimeout(() => { this.#timer = 0; this.#draw(); }, 20);
  }

  /** A line has come that was not here before. Somebody who reads older ones keeps them in view. */
  fresh() {
    if (this.#atEnd) return;
    this.#missed += 1;
    this.#window += 1;
  }

  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#scrolled();
  }

  element(lineId) {
    return this.#list.querySelector(`[data-line="${CSS.escape(lineId)}"]`);
  }

  #draw() {
    const room = this.source.room();
    if (!room) return;
    const stay = this.#atEnd ? null : this.#anchor();
    if (this.#atEnd && this.#window > MOST) this.#window = PAGE;
    const last = this.#list.lastElementChild;
    this.#reconcile(itemsOf(this.source, room, this.#window));
    if (stay) this.#box.scrollTop += stay.node.getBoundingClientRect().top - stay.top;
    else this.#follow(last);
    this.#marks(room);
  }

  /** Go to the end; but show a new line that is taller than the screen from its beginning. */
  #follow(before) {
    const last = this.#list.lastElementChild;
    this.toEnd();
    if (!before || !last || last === before || last.classList.contains("mine")) return;
    if (last.offsetHeight < this.#box.clientHeight - 40) return;
    this.#box.scrollTop = last.offsetTop - 12;
    this.#scrolled();
  }

  #anchor() {
    const edge = this.#box.getBoundingClientRect().top;
    for (const node of this.#list.children) {
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom > edge && node.dataset.line) return { node, top };
    }
    return null;
  }

  #reconcile(items) {
    const wanted = new Set(items.map(({ key }) => key));
    for (const [key, held] of this.#shown) if (!wanted.has(key)) { held.node.remove(); this.#shown.delete(key); }
    let next = this.#list.firstElementChild;
    for (const item of items) {
      const held = this.#shown.get(item.key);
      const node = held?.sig === item.sig ? held.node : redrawn(held, item);
      if (held && held.node !== node) { if (next === held.node) next = node; held.node.replaceWith(node); restore(held, node); }
      this.#shown.set(item.key, { node, sig: item.sig, focus: null });
      if (next === node) next = node.nextElementSibling;
      else this.#list.insertBefore(node, next);
    }
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#box;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < CLOSE;
    if (this.#atEnd) this.#missed = 0;
    if (scrollTop < 240 && !this.#atEnd) this.#more();
    this.#marks(this.source.room());
    this.#seen();
  }

  #seen() {
    if (this.#atEnd && !document.hidden) this.source.read();
  }

  #marks(room) {
    this.#jump.hidden = this.#atEnd;
    byId("jump-text").textContent = this.#missed ? count(this.#missed, "new message", "new messages") : "Jump to latest";
    const note = byId("top-note");
    const all = room && room.ended && this.source.lines(room).length <= this.#window;
    note.hidden = !(all || this.#loading);
    note.textContent = this.#loading ? "Fetching older messages…" : "This is the beginning of the room.";
  }

  #fillIfShort() {
    if (this.#box.scrollHeight <= this.#box.clientHeight + 4) this.#more();
  }

  settled() {
    this.#draw();
    this.#fillIfShort();
  }

  async #more() {
    const room = this.source.room();
    if (!room || this.#loading) return;
    if (this.source.lines(room).length > this.#window) {
      this.#window += PAGE;
      this.touch();
      return;
    }
    if (room.ended || room.floor === null) return;
    this.#loading = true;
    this.quiet(true);
    this.#marks(room);
    try {
      await this.source.older(room);
      this.#window += PAGE;
    } catch {
      // Nothing is lost: the next scroll asks again.
    } finally {
      this.#loading = false;
      this.#draw();
      setTimeout(() => this.quiet(false), 300);
    }
  }
}
