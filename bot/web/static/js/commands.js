// The list that opens when a message begins with "/".

import { announce, byId, count, h } from "./dom.js";

export class Commands {
  #list = byId("commands");
  #text = byId("text");
  #found = [];
  #at = 0;

  constructor(known, take) {
    this.known = known;
    this.take = take;
    this.#text.addEventListener("blur", () => setTimeout(() => this.close(), 120));
  }

  get open() {
    return !this.#list.hidden;
  }

  close() {
    this.#list.hidden = true;
    this.#text.removeAttribute("aria-activedescendant");
  }

  /** Show what fits to what is typed so far; nothing once the command's name is finished. */
  suggest(typed) {
    if (!/^\/[^\s]*$/.test(typed)) return this.close();
    const word = typed.slice(1).toLowerCase();
    const before = this.#found.length;
    this.#found = this.known().filter(({ name }) => name.startsWith(word));
    this.#at = 0;
    if (!this.#found.length) return this.close();
    if (!this.open || before !== this.#found.length) announce(`${count(this.#found.length, "command", "commands")}. Arrow keys to choose, Enter to take one.`);
    this.#list.hidden = false;
    this.#draw();
  }

  /** A key while the list is open. True if it was for the list. */
  key(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#at = (this.#at + (event.key === "ArrowDown" ? 1 : -1) + this.#found.length) % this.#found.length;
      this.#draw();
    } else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && event.shiftKey) {
      this.close();
      return false;
    } else if (event.key === "Tab" || (event.key === "Enter" && !this.#finished)) this.#choose(this.#found[this.#at]);
    else return false;
    event.preventDefault();
    return true;
  }

  get #finished() {
    return this.#found[this.#at] && this.#text.value.toLowerCase() === `/${this.#found[this.#at].name}`;
  }

  #choose(command) {
    this.close();
    this.take(`/${command.name} `);
  }

  #draw() {
    this.#list.replaceChildren(...this.#found.map((command, index) => h("div.command", {
      id: `command-${index}`, role: "option", "aria-selected": String(index === this.#at),
      onmousedown: (event) => event.preventDefault(), onclick: () => this.#choose(command),
    }, h("b", {}, `/${command.name} `, h("i", {}, hints(command))), h("span", {}, command.help))));
    this.#text.setAttribute("aria-activedescendant", `command-${this.#at}`);
    this.#list.children[this.#at].scrollIntoView({ block: "nearest" });
  }
}

/** What follows the name: "/ask <question>" gives "<question>". */
const hints = ({ name, usage }) => (usage ?? "").replace(new RegExp(`^/?${name}\\s*`), "");
