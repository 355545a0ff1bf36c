// The desk looks for news every half minute, unless somebody is typing. New requests are said politely.

const EVERY = 30_000;
const REGIONS = ["numbers", "cases", "week", "reviews"];
const state = document.getElementById("desk-state");
// After a mistake the address is that of the form, which cannot be fetched again.
const HERE = location.pathname === "/desk" ? location.href : `/desk?group=${encodeURIComponent(document.querySelector("main [name=group]").value)}`;
let known = refs(document);

/** The requests on a page. */
function refs(page) {
  return new Set([...page.querySelectorAll("[data-case]")].map((one) => one.dataset.case));
}

/** Somebody is in the middle of filling something in. */
function typing() {
  const field = document.activeElement;
  return field?.matches("input:not([type=hidden]), textarea, select") && field.closest("main") !== null;
}

function say(text) {
  state.textContent = text;
}

async function refresh() {
  if (typing()) return;
  const answer = await fetch(HERE, { headers: { "X-Refresh": "1" }, cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.getElementById("cases")) {
    say("This page no longer gets news. Please open the desk again.");
    clearInterval(timer);
    return;
  }
  if (typing()) return;
  for (const id of REGIONS) replace(id, page);
  tell(page);
}

/** Put in the new state of one part, and leave the keyboard where it was. */
function replace(id, page) {
  const old = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
  old.replaceWith(document.adoptNode(fresh));
  for (const one of open) document.getElementById(one)?.setAttribute("open", "");
  if (focused !== null) (document.getElementById(focused) ?? fresh.querySelector("h2"))?.focus();
}

function tell(page) {
  const now = refs(document);
  const fresh = [...now].filter((ref) => !known.has(ref)).length;
  known = now;
  document.title = page.title;
  if (fresh) say(fresh === 1 ? "There is a new request." : `There are ${fresh} new requests.`);
}

const timer = setInterval(() => refresh().catch(() => say("There is no connection. The desk may be out of date.")), EVERY);
