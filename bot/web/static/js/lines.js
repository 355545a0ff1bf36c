// How one line looks: who, when, what, and what can be done with it.

import { h, icon, tableMark } from "./dom.js";
import { formSheet } from "./forms.js";
import { anchor, dayLabel, fromHtml, fullTimeOf, lengthOf, sizeOf, timeOf, withLinks } from "./words.js";

const HUGE = 1500;
const ROLES = { clinician: "Clinician", admin: "Admin", owner: "Admin", reviewer: "Reviewer", mentor: "Peer mentor", peer_mentor: "Peer mentor", caregiver: "Caregiver", bot: "Bot" };
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const isBot = (line) => line.author.role === "bot";

/** Draw a line. `acts` has press(line, data), answer(line, values), edit(line), remove(line). */
export function lineItem(line, { head, state, acts }) {
  const kind = ["line", head && "head", line.mine && "mine", isBot(line) && "bot", line.private && "private"].filter(Boolean).join(".");
  const bubble = line.deleted ? h("div.bubble", {}, h("p.gone", {}, "This message was deleted.")) : fullBubble(line, state, acts);
  const editing = line.mine && !line.deleted && line.text !== null && line.text !== undefined && !line.file;
  if (line.mine && !line.deleted) bubble.append(menu(line, acts, editing));
  return h(`li.${kind}`, { "data-line": line.id, "aria-live": line.mine ? "off" : null },
    head && !line.mine ? face(line.author) : null,
    by(line, head), bubble,
    line.edited && !line.deleted ? h("p.after", {}, "Edited") : null);
}

function by(line, head) {
  const when = h("time", { dateTime: line.at, title: fullTimeOf(line.at) }, timeOf(line.at));
  const name = h("b", {}, h("bdi", {}, line.mine ? "You" : line.author.name));
  if (!head) return h("p.by.visually-hidden", {}, name, " ", when);
  const role = !line.mine && ROLES[line.author.role];
  return h("p.by", {}, name, role ? h("span.tag", {}, role) : null, " ", when);
}

function face({ name, role, id }) {
  if (role === "bot") return h("span.face.tone-bot", { "aria-hidden": "true" }, tableMark());
  const tone = [...String(id)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % 6;
  const letter = [...name.replace(/^(dr|prof|mr|mrs|ms|nurse)\.?\s+/i, "")][0] ?? "?";
  return h(`span.face.tone${tone}`, { "aria-hidden": "true" }, letter.toLocaleUpperCase());
}

function fullBubble(line, state, acts) {
  const bubble = h("div.bubble", {},
    line.private ? h("p.only-you", {}, icon("lock"), "Only you can see this") : null,
    line.pinned ? h("p.pin", {}, icon("pin"), "Pinned") : null,
    body(line), line.file ? filePart(line.file) : null);
  if (line.form) bubble.append(formSheet(line.form, (values) => acts.answer(line, values)));
  if (line.buttons?.length) bubble.append(buttons(line, state, acts));
  bubble.append(h("p.line-note", { role: "status", className: state?.why ? "line-note error" : "line-note" }, state?.why ?? ""));
  if (state?.busy) for (const control of bubble.querySelectorAll("button, input, select, textarea")) control.disabled = true;
  return bubble;
}

function body(line) {
  if (line.html) return h("div.rich", { dir: "auto" }, fromHtml(line.html));
  return line.text ? said(line.text) : null;
}

function said(text) {
  const words = h("p.said", { dir: "auto" }, withLinks(text));
  if (lengthOf(text) < HUGE) return words;
  words.classList.add("huge");
  const more = h("button.linkish", { type: "button", onclick: () => { words.classList.remove("huge"); more.remove(); } }, "Show all of it");
  return h("div", {}, words, more);
}

function filePart(file) {
  if (!file.href) return h("div.file", {}, icon("file"), fileWords(file));
  if (PICTURES.has(file.type)) return h("a.picture", { href: file.href }, h("img", { src: file.href, alt: `Picture: ${file.name}`, loading: "lazy" }));
  return h("a.file", { href: file.href, download: "" }, icon("file"), fileWords(file));
}

const fileWords = ({ name, size }) => h("span", {}, h("strong", {}, h("bdi", {}, name)), h("span", {}, sizeOf(size)));

function buttons(line, state, acts) {
  return h("div.buttons", {}, line.buttons.map((row) => h("div.row", {}, row.map((button) => {
    const kind = `button.${["primary", "danger"].includes(button.style) ? button.style : "plain"}`;
    if (button.url) return anchor(button.url, button.label, `a.${kind}`);
    return h(`button.${kind}`, { type: "button", "data-press": button.data, onclick: () => acts.press(line, button.data) }, button.label);
  }))));
}

function menu(line, acts, editing) {
  const list = h("div.menu-list", { hidden: true, id: `menu-${line.id}` },
    editing ? h("button", { type: "button", onclick: () => { shut(); acts.edit(line); } }, "Edit") : null,
    h("button.danger", { type: "button", onclick: () => { shut(); acts.remove(line); } }, "Delete"));
  const open = h("button.menu-open", { type: "button", "aria-expanded": "false", "aria-controls": list.id, "aria-label": "More for this message",
    onclick: () => toggle(list.hidden) }, icon("dots"));
  function toggle(show) {
    list.hidden = !show;
    open.setAttribute("aria-expanded", String(show));
    if (show) place(list);
    if (show) list.querySelector("button").focus();
  }
  function shut() { toggle(false); }
  return h("div.menu", {
    onkeydown: (event) => { if (event.key === "Escape" && !list.hidden) { shut(); open.focus(); event.stopPropagation(); } },
    onfocusout: (event) => { if (!event.currentTarget.contains(event.relatedTarget)) shut(); },
  }, open, list);
}

/** A menu at the foot of the log opens upwards, where it can be seen. */
function place(list) {
  list.classList.remove("up");
  const log = list.closest(".log");
  list.classList.toggle("up", list.getBoundingClientRect().bottom > log.getBoundingClientRect().bottom);
}

/** A message of ours that the server does not have yet, or would not take. */
export function pendingItem(item, { head, online, acts }) {
  const failed = item.state === "failed";
  const bubble = h("div.bubble", {}, item.text ? said(item.text) : null,
    item.file ? filePart({ name: item.file.name, size: item.file.size }) : null);
  const word = failed ? null : h("p.after", {}, item.state === "stored" ? "Sent" : online ? "Sending…" : "Waiting for the connection…");
  const again = failed ? h("p.fail", {}, h("span", {}, item.why || "This was not sent."),
    h("button.linkish", { type: "button", onclick: () => acts.retry(item) }, "Try again"),
    h("button.linkish", { type: "button", onclick: () => acts.discard(item) }, "Discard")) : null;
  return h(`li.line.mine.${failed ? "failed" : "pending"}${head ? ".head" : ""}`, { "aria-live": "off" },
    head ? h("p.by", {}, h("b", {}, "You"), h("time", { dateTime: item.at }, timeOf(item.at))) : null, bubble, word, again);
}

export const dayItem = (iso) => h("li.day", {}, dayLabel(iso));
export const unreadItem = () => h("li.unread", { id: "unread" }, "New since you were here");
