// The page around the log: the banner above it, the title of the tab, the keyboard of a phone.

import { byId, h } from "./dom.js";

const SITE = byId("shell").dataset.site;
let timer = 0;

/** A sentence above the log; none takes it away. */
export function banner(text, kind = "") {
  clearTimeout(timer);
  const place = byId("banner");
  place.className = `banner ${kind}`;
  place.hidden = !text;
  place.replaceChildren(...(text ? [h("span", {}, text)] : []));
}

/** A sentence that goes away by itself. */
export function notice(text) {
  banner(text, "bad");
  timer = setTimeout(() => banner(null), 10_000);
}

/** The tab says how much is unread. It does not name the room: others may see the screen. */
export function unreadTitle(unread) {
  document.title = `${unread ? `(${unread}) ` : ""}Chat · ${SITE}`;
}

/** Some phones lay their keyboard over the page. Then the page takes only the height that is left. */
export function fitKeyboard() {
  const view = window.visualViewport;
  if (!view || !matchMedia("(pointer: coarse)").matches) return;
  view.addEventListener("resize", () => {
    if (view.scale !== 1) return; // somebody is zooming in
    document.body.style.height = `${view.height}px`;
    scrollTo(0, 0);
  });
}
