// Times, sizes, and links inside what people typed.

import { h } from "./dom.js";

const LANG = document.documentElement.lang || "en-GB";
const clock = new Intl.DateTimeFormat(LANG, { hour: "2-digit", minute: "2-digit" });
const long = new Intl.DateTimeFormat(LANG, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(LANG, { dateStyle: "full", timeStyle: "short" });

export const timeOf = (iso) => clock.format(new Date(iso));
export const fullTimeOf = (iso) => full.format(new Date(iso));
export const dayKey = (iso) => new Date(iso).toDateString();

/** "Today", "Yesterday" or "Tuesday 4 March". */
export function dayLabel(iso) {
  const day = new Date(iso);
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (day.toDateString() === new Date().toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return long.format(day);
}

export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Characters as the server counts them. */
export const lengthOf = (text) => [...text].length;

const LINK = /https:\/\/[^\s<>"'`\u2018-\u201f]+/gi;

/** Where a link in a sentence ends: without the full stop or bracket after it. */
function trimmed(found) {
  let link = found.replace(/[.,;:!?…\]}]+$/u, "");
  while (link.endsWith(")") && link.split(")").length > link.split("(").length) link = link.slice(0, -1);
  return link;
}

/** What a person typed, as text nodes, with https links that can be followed. */
export function withLinks(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimmed(match[0]);
    if (!URL.canParse?.(link) || new URL(link).username) continue;
    parts.push(text.slice(from, match.index), anchor(link, link));
    from = match.index + link.length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

/** A link; one that leaves this site opens in a new tab and tells the other side nothing. */
export function anchor(href, label, kind = "a") {
  const away = new URL(href, location.href).origin !== location.origin;
  return h(kind, away ? { href, target: "_blank", rel: "noopener noreferrer nofollow" } : { href }, label,
    away ? h("span.visually-hidden", {}, " (opens in a new tab)") : null);
}

const ALLOWED = new Set(["A", "B", "BLOCKQUOTE", "BR", "CODE", "EM", "H3", "H4", "HR", "I", "LI", "OL", "P", "PRE", "S", "SMALL", "SPAN", "STRONG", "SUB", "SUP", "U", "UL"]);

/** The server's own markup, gone through once more: nothing but plain tags and https links is left. */
export function fromHtml(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const node of [...box.content.querySelectorAll("*")]) {
    if (!ALLOWED.has(node.tagName)) { node.replaceWith(document.createTextNode(node.textContent)); continue; }
    const href = node.getAttribute("href");
    for (const { name } of [...node.attributes]) if (name !== "lang" && name !== "dir") node.removeAttribute(name);
    if (node.tagName === "A" && /^(https:\/\/|\/(?!\/)|tel:|mailto:)/.test(href ?? "")) {
      node.setAttribute("href", href);
      if (href.startsWith("https:")) Object.assign(node, { target: "_blank", rel: "noopener noreferrer" });
    }
  }
  return box.content;
}
