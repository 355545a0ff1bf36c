// The list of rooms: which there are, which is open, what is unread; on a phone it is a drawer.

import { byId, count, h, icon } from "./dom.js";

const HEADS = { group: "Groups", staff: "Staff only" };

export class Rooms {
  #side = byId("side");
  #open = byId("side-open");
  #veil = byId("veil");
  #narrow = matchMedia("(max-width: 52rem)");

  constructor(choose) {
    this.choose = choose;
    this.#open.addEventListener("click", () => this.drawer(true));
    byId("side-close").addEventListener("click", () => this.drawer(false));
    this.#veil.addEventListener("click", () => this.drawer(false));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#side.classList.contains("open") && this.drawer(false));
    this.#narrow.addEventListener("change", () => this.drawer(false));
  }

  drawer(show) {
    const open = show && this.#narrow.matches;
    const was = this.#side.classList.contains("open");
    this.#side.classList.toggle("open", open);
    this.#veil.hidden = !open;
    byId("main").inert = open;
    this.#open.setAttribute("aria-expanded", String(open));
    if (open) (this.#side.querySelector("[aria-current]") ?? byId("side-close")).focus();
    else if (was && this.#narrow.matches) this.#open.focus();
  }

  draw(store, active) {
    const all = [...store.rooms.values()];
    const focused = document.activeElement?.dataset?.room;
    const parts = Object.entries(HEADS).flatMap(([purpose, head]) => {
      const rooms = all.filter((room) => (room.purpose === "staff" ? "staff" : "group") === purpose);
      return rooms.length ? [h("h2", {}, head), h("ul", {}, rooms.map((room) => h("li", {}, this.#link(room, active))))] : [];
    });
    byId("rooms").replaceChildren(...parts);
    if (focused) byId("rooms").querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
    this.#others(all.reduce((sum, room) => sum + (room === active ? 0 : room.unread), 0));
  }

  #link(room, active) {
    const here = room === active;
    return h(`button.room-link${room.unread ? ".has-unread" : ""}`, { type: "button", "data-room": room.id, "aria-current": here ? "true" : null,
      onclick: () => { this.drawer(false); this.choose(room.id); } },
    icon(room.purpose === "staff" ? "staff" : "room"), h("span.title", {}, h("bdi", {}, room.title)), badge(room.unread));
  }

  #others(unread) {
    const dot = byId("side-badge");
    dot.hidden = !unread;
    dot.replaceChildren(h("span", { "aria-hidden": "true" }, short(unread)), h("span.visually-hidden", {}, count(unread, "unread message", "unread messages")));
  }
}

const short = (n) => (n > 99 ? "99+" : String(n));

function badge(unread) {
  if (!unread) return null;
  return h("span.badge", {}, h("span", { "aria-hidden": "true" }, short(unread)), h("span.visually-hidden", {}, ` ${count(unread, "unread message", "unread messages")}`));
}
