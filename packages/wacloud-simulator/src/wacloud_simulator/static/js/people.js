// The list of people on the left: who there is, what was said last, what is unread.

import { avatar, h, icon } from "./dom.js";
import { clock, identity, now, snippet } from "./format.js";
import { ticks } from "./bubble.js";
import { newPerson } from "./dialogs.js";

const SHOWN = 200;

export class People {
  #unread = new Map();
  #seen = new Map();

  constructor(store, choose) {
    this.store = store;
    this.choose = choose;
    this.list = document.getElementById("people-list");
    this.search = document.getElementById("people-search");
    this.search.addEventListener("input", () => this.draw());
    document.getElementById("person-new").addEventListener("click", () =>
      newPerson((person) => { store.know(person); choose(person.key); }));
    this.list.addEventListener("keydown", (event) => this.#move(event));
    for (const key of store.people.keys()) this.#seen.set(key, this.#answers(key));
    store.on("people", () => this.draw());
    store.on("messages", (keys) => { this.#count(keys); this.draw(); });
    store.on("reset", () => { this.#unread.clear(); this.#seen.clear(); this.draw(); });
  }

  /** Shows whom the chat is with. */
  select(key) {
    this.selected = key;
    this.#unread.delete(key);
    this.draw();
  }

  draw() {
    const needle = this.search.value.trim().toLowerCase();
    const found = [...this.store.people.values()].filter((person) =>
      `${person.name} ${person.wa_id ?? ""} ${person.username ?? ""} ${person.user_id}`.toLowerCase().includes(needle));
    const last = new Map(found.map((person) => [person.key, this.#last(person.key)]));
    found.sort((one, other) => (last.get(other.key)?.at ?? 0) - (last.get(one.key)?.at ?? 0));
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.list.replaceChildren(...found.slice(0, SHOWN).map((person) => this.#row(person, last.get(person.key))));
    if (found.length > SHOWN) {
      this.list.append(h("li", { class: "hint" }, `${found.length - SHOWN} more: search for them by name or number`));
    }
    if (found.length === 0) this.list.append(h("li", { class: "hint" }, "Nobody of that name or number."));
    if (focused) this.list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(person, last) {
    const unread = this.#unread.get(person.key) ?? 0;
    const typing = (person.typing_until ?? 0) > now();
    const preview = typing
      ? h("span", { class: "preview typing" }, "typing…")
      : last
        ? h("span", { class: "preview" }, last.from_person ? ticks(last) : null, h("span", {}, snippet(last)))
        : h("span", { class: "preview" }, identity(person));
    return h("li", {},
      h("button", {
        type: "button", class: "person", "data-key": person.key,
        "aria-current": person.key === this.selected ? "true" : null,
        onclick: () => this.choose(person.key),
      },
      avatar(person.name, person.key),
      h("span", { class: "who" },
        h("span", { class: "name" }, person.name),
        person.wa_id ? null : h("span", { class: "badge", title: "The business does not see this person's number" }, "username")),
      h("span", { class: "when" }, last ? clock(last.at) : ""),
      preview,
      unread ? h("span", { class: "unread", "aria-label": `${unread} unread` }, String(unread)) : null));
  }

  #last(key) {
    return this.store.chat(key).filter((message) => message.type !== "reaction").at(-1);
  }

  #answers(key) {
    return this.store.chat(key).filter((message) => !message.from_person && message.type !== "reaction").length;
  }

  #count(keys) {
    for (const key of keys) {
      const now = this.#answers(key);
      const fresh = now - (this.#seen.get(key) ?? 0);
      this.#seen.set(key, now);
      if (fresh > 0 && key !== this.selected) this.#unread.set(key, (this.#unread.get(key) ?? 0) + fresh);
    }
  }

  #move(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...this.list.querySelectorAll(".person")];
    const at = rows.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  }
}
