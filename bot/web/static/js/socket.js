// One living connection. It comes back by itself, after a pause that grows and is never the same for everyone.

const LONGEST = 20_000;
const IMPATIENT = 12_000; // a frame that asks for an answer may stay without one for so long

export class Socket {
  #path;
  #on;
  #live = null;
  #tries = 0;
  #timer = 0;
  #watch = 0;
  #ended = false;

  /** `on` has: open(), frame(frame), lost(seconds), ended(why). */
  constructor(path, on) {
    this.#path = path;
    this.#on = on;
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.#live?.close());
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  get open() {
    return this.#live?.readyState === WebSocket.OPEN;
  }

  start() {
    clearTimeout(this.#timer);
    const live = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.#path}`);
    this.#live = live;
    this.expect();
    live.onopen = () => this.#on.open();
    live.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    live.onclose = () => this.#live === live && this.#lost();
  }

  /** Try at once, if we are only waiting. */
  now() {
    if (!this.#live && !this.#ended) this.start();
  }

  send(frame) {
    if (!this.open) return;
    this.#live.send(JSON.stringify(frame));
  }

  /** An answer is due. If none comes, the connection is dead without knowing it. */
  expect() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#drop(), IMPATIENT);
  }

  /** All is well again. */
  settled() {
    this.#tries = 0;
  }

  end(why) {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#live?.close();
    this.#on.ended(why);
  }

  #hear(frame) {
    clearTimeout(this.#watch);
    if (frame.t === "bye") this.end(frame.why);
    else this.#on.frame(frame);
  }

  #drop() {
    const live = this.#live;
    if (!live) return;
    live.onclose = null;
    live.close();
    this.#lost();
  }

  async #lost() {
    clearTimeout(this.#watch);
    this.#live = null;
    if (this.#ended) return;
    this.#tries += 1;
    const pause = 400 + Math.random() * Math.min(LONGEST, 700 * 2 ** this.#tries);
    this.#timer = setTimeout(() => this.now(), pause);
    this.#on.lost();
    if (this.#tries === 3 && await signedOut()) this.end("You are signed out here. Ask the bot for a new link to come back.");
  }
}

/** A refused socket tells no reason; the page itself does. */
async function signedOut() {
  try {
    const answer = await fetch("/chat", { method: "HEAD", redirect: "manual", cache: "no-store" });
    return answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
  } catch {
    return false; // no network at all: that is not being signed out
  }
}
