// The chat page: joins the socket, what it holds, what is on screen and what is written.
//
//   socket ──frames──> store ──> log, rooms, title
//   composer, buttons, forms ──> outbox ──> socket     (kept until the server says "ack")

import { announce, byId } from "./dom.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { Outbox, isCommand } from "./outbox.js";
import { Rooms } from "./rooms.js";
import { fetchOlder, postFile } from "./server.js";
import { banner, fitKeyboard, notice, unreadTitle } from "./page.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";

const PATIENCE = 15_000; // a stored message whose line does not come (it may be held back) leaves the screen then
const ANSWER_DUE = 8_000; // a form that comes within this time after our own act gets the keyboard

const store = new Store();
const states = new Map(); // line id -> {busy, why}: what waits on a line, or what went wrong there
let active = null;
let greeted = false; // the server has said hello on this connection
let actedAt = 0;
let readTimer = 0;
let lostTimer = 0;
let badgeTimer = 0;

const socket = new Socket("/chat/socket", { open: greet, frame: hear, lost, ended });
const outbox = new Outbox((frame) => { if (greeted) { socket.send(frame); socket.expect(); } });

const acts = {
  press: (line, data) => act(line, { t: "press", room: line.room, line: line.id, data }),
  answer: (line, values) => act(line, { t: "answer", room: line.room, line: line.id, command: line.form.command, args: line.form.args ?? "", values }),
  edit: (line) => composer.edit(line),
  remove: (line) => askThenDelete(line),
  retry: (item) => { outbox.drop(item.id); if (item.t === "file") upload(item.file, item.text); else outbox.add({ t: "say", room: item.room, text: item.text }); log.touch(); },
  discard: (item) => { outbox.drop(item.id); log.touch(); composer.focus(); },
};

const log = new Log({
  room: () => active,
  lines: (room) => store.visible(room),
  bubbles: (room) => outbox.bubbles(room.id).filter((item) => !isCommand(item) || item.state === "failed" || !socket.open || Date.now() - Date.parse(item.at) > 700),
  state: (line) => states.get(line.id),
  online: () => socket.open && store.settled,
  acts,
  older,
  read: markRead,
});
const rooms = new Rooms(enter);
const composer = new Composer({
  say: (text) => { said(); outbox.add({ t: "say", room: active.id, text }); setTimeout(() => log.touch(), 750); log.toEnd(); log.touch(); },
  edit: (line, text) => act(line, { t: "edit", line: line.id, text }),
  file: upload,
  lastOwn: () => store.visible(active).findLast((line) => line.mine && !line.deleted && line.text && !line.file),
  commands: () => store.commands,
});

socket.start();
fitKeyboard();
byId("lines").addEventListener("keydown", (event) => event.key === "Escape" && composer.focus());

function greet() {
  socket.send({ t: "hello", cursors: store.cursors });
  socket.expect();
}

function hear(frame) {
  const handle = { hello, reset: ({ stream }) => { store.reset(stream); log.touch(); }, line, caught_up: caughtUp, ack }[frame.t];
  handle?.(frame);
  if (outbox.waiting || !store.settled) socket.expect();
}

function hello(frame) {
  clearTimeout(lostTimer);
  greeted = true;
  store.hello(frame);
  outbox.belongTo(frame.me.id);
  active = store.rooms.get(active?.id) ?? null;
  log.quiet(true);
  outbox.resend();
  rooms.draw(store, active);
}

function line(frame) {
  const taken = store.accept(frame);
  if (!taken) return;
  const { room, line: one, fresh } = taken;
  if (one.client_id) outbox.arrived(one.client_id);
  if (states.get(one.id)) states.delete(one.id);
  if (fresh && store.settled) newLine(room, one);
  if (room === active) log.touch();
}

function newLine(room, one) {
  const watching = room === active && !document.hidden;
  if (room === active) log.fresh();
  if (!one.mine && !(watching && log.atEnd)) {
    if (room.divider === null && one.stream !== "me") room.divider = one.rev - 1;
    room.unread += 1;
    badges();
    if (room !== active) announce(`New message in ${room.title}.`);
  }
  if (one.form && watching && Date.now() - actedAt < ANSWER_DUE) setTimeout(() => toForm(one.id), 80);
}

function toForm(id) {
  const sheet = log.element(id)?.querySelector(".sheet");
  if (sheet && composer.empty) (sheet.querySelector("[aria-invalid]") ?? sheet.querySelector("h2")).focus();
}

function caughtUp() {
  store.settle();
  socket.settled();
  banner(null);
  if (active) log.settled();
  else enter(remembered() ?? store.rooms.keys().next().value);
  badges();
  setTimeout(() => log.quiet(false), 400);
}

function ack({ id, ok, why }) {
  const item = outbox.acknowledge(id, ok, why);
  if (!item) return;
  if (item.line) settleLine(item.line, ok, why);
  else if (ok && isCommand(item)) outbox.drop(id);
  else if (ok) setTimeout(() => { outbox.drop(id); log.touch(); }, PATIENCE);
  if (!ok) announce(`Not sent. ${why}`);
  log.touch();
}

/** A press, an answer, an edit or a deletion has been taken, or has not. */
function settleLine(id, ok, why) {
  const one = active?.lines.get(id);
  if (!ok && (!one || one.mine)) notice(why);
  if (ok) states.delete(id);
  else states.set(id, { why });
}

function act(one, frame) {
  said();
  states.set(one.id, { busy: true });
  outbox.add(frame);
  log.touch();
}

function said() {
  actedAt = Date.now();
  if (active) active.divider = null;
}

function enter(id) {
  active = store.rooms.get(id) ?? null;
  if (!active) return noRooms();
  sessionStorage.setItem("roundtable.room", id);
  active.divider = active.unread ? active.read ?? 0 : null;
  byId("room-title").textContent = active.title;
  byId("room-about").textContent = active.purpose === "staff" ? "Staff only. Patients cannot see this room." : "Private group. Only members can read here.";
  byId("composer").hidden = false;
  composer.enter(id);
  log.open();
  if (matchMedia("(hover: hover)").matches) composer.focus();
  badges();
}

const remembered = () => [sessionStorage.getItem("roundtable.room")].find((id) => store.rooms.has(id));

function noRooms() {
  log.clear();
  byId("composer").hidden = true;
  byId("room-title").textContent = "You are not in a group now";
  byId("room-about").textContent = "If you have left: thank you for having been part of it. To come back, ask the clinic for an invite.";
  for (const link of document.querySelectorAll('a[href="/care"], a[href="/desk"]')) link.hidden = true;
  byId("room-title").focus();
}

function markRead() {
  if (!active || !store.settled) return;
  if (active.unread) { active.unread = 0; badges(); }
  clearTimeout(readTimer);
  readTimer = setTimeout(() => {
    const rev = store.cursors[active?.stream];
    if (!active || !rev || rev <= (active.read ?? 0) || document.hidden || !socket.open) return;
    active.read = rev;
    socket.send({ t: "read", room: active.id, rev });
  }, 500);
}

function badges() {
  badgeTimer ||= setTimeout(() => {
    badgeTimer = 0;
    unreadTitle(store.unread());
    rooms.draw(store, active);
  }, 40);
}

async function older(room) {
  store.addHistory(room, await fetchOlder(room.id, room.floor));
}

/** Send a file. Its bubble stands in the room until its line comes. */
async function upload(file, text) {
  const item = outbox.addFile(active.id, file, text);
  said();
  log.toEnd();
  log.touch();
  ack({ id: item.id, ...await postFile(item) });
}

function askThenDelete(one) {
  const dialog = byId("ask");
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") act(one, { t: "delete", line: one.id });
    composer.focus();
  }, { once: true });
  dialog.showModal();
}

function lost() {
  greeted = false;
  store.settled = false;
  log.touch();
  clearTimeout(lostTimer);
  lostTimer = setTimeout(() => banner("There is no connection at the moment. What you write is kept and sent when it is back."), 1200);
}

function ended(why) {
  clearTimeout(lostTimer);
  composer.enable(false);
  banner(why, "bad");
}
