// Where a message is written: send, edit, attach; one draft for each room.

import { Commands } from "./commands.js";
import { announce, byId, count } from "./dom.js";
import { lengthOf, sizeOf } from "./words.js";

const LIMIT = 4000;
const NEAR = 3600;

export class Composer {
  #text = byId("text");
  #send = byId("send");
  #file = null;
  #editing = null;
  #drafts = new Map();
  #room = null;

  /** `on` has say(text), edit(line, text), file(file, text), lastOwn() and commands(). */
  constructor(on) {
    this.on = on;
    this.commands = new Commands(on.commands, (text) => this.#put(text));
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("paste", (event) => this.#pasted(event));
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    byId("attach").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", ({ target }) => { this.attach(target.files[0] ?? null); target.value = ""; });
    byId("mode-cancel").addEventListener("click", () => this.#leaveEdit());
  }

  /** Another room: its own draft comes up. */
  enter(roomId) {
    if (this.#editing) this.#leaveEdit();
    if (this.#room !== null) this.#drafts.set(this.#room, this.#text.value);
    this.#room = roomId;
    this.#put(this.#drafts.get(roomId) ?? "", false);
    this.enable(true);
  }

  enable(yes) {
    this.#text.disabled = !yes;
    byId("attach").disabled = !yes;
    this.#changed();
  }

  get empty() {
    return !this.#text.value && !this.#file;
  }

  focus() {
    this.#text.focus();
  }

  edit(line) {
    this.#drafts.set(this.#room, this.#text.value);
    this.#editing = line;
    byId("mode-text").textContent = "You are changing your message.";
    byId("mode").hidden = false;
    byId("attach").hidden = true;
    this.#put(line.text);
  }

  attach(file) {
    this.#file = file;
    const place = byId("attached");
    place.hidden = !file;
    place.replaceChildren();
    if (file) {
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "linkish", textContent: "Remove" });
      remove.addEventListener("click", () => { this.attach(null); this.focus(); });
      place.append(`${file.name} (${sizeOf(file.size)})`, remove);
      announce(`${file.name} is attached.`);
      this.focus();
    }
    this.#changed();
  }

  #put(text, focus = true) {
    this.#text.value = text;
    this.#changed();
    this.commands.close();
    if (!focus) return;
    this.focus();
    this.#text.setSelectionRange(text.length, text.length);
  }

  #leaveEdit() {
    this.#editing = null;
    byId("mode").hidden = true;
    byId("attach").hidden = false;
    this.#put(this.#drafts.get(this.#room) ?? "");
  }

  #changed() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
    const length = lengthOf(this.#text.value);
    const left = LIMIT - length;
    const place = byId("count");
    place.classList.toggle("over", left < 0);
    place.textContent = length < NEAR ? "" : left < 0 ? `${count(-left, "character", "characters")} too long` : `${count(left, "character", "characters")} left`;
    this.#send.disabled = this.#text.disabled || left < 0 || !(this.#text.value.trim() || this.#file);
    if (!this.#editing) this.commands.suggest(this.#text.value);
  }

  #key(event) {
    if (event.isComposing || this.commands.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.#submit(); }
    if (event.key === "Escape" && this.#editing) this.#leaveEdit();
    if (event.key === "ArrowUp" && this.empty && this.on.lastOwn()) { event.preventDefault(); this.edit(this.on.lastOwn()); }
  }

  #pasted(event) {
    const file = event.clipboardData?.files?.[0];
    if (file && !this.#editing) { event.preventDefault(); this.attach(file); }
  }

  #submit() {
    if (this.#send.disabled) return;
    const text = this.#text.value.trim();
    if (this.#editing) {
      const line = this.#editing;
      this.#drafts.delete(this.#room);
      this.#leaveEdit();
      if (text !== line.text) this.on.edit(line, text);
      return;
    }
    if (this.#file) this.on.file(this.#file, text);
    else this.on.say(text);
    this.attach(null);
    this.#put("");
  }
}
