// The chat in the middle: messages as they come and change, and the keys that move among them.

import { api } from "./api.js";
import { avatar, copy, h, icon, toast } from "./dom.js";
import { bubble, ticks } from "./bubble.js";
import { day, identity, now, snippet } from "./format.js";
import { changePerson } from "./dialogs.js";
import { openMenu } from "./menu.js";

const SHOWN = 300;

export class Chat {
  #drawn = new Map();
  #timer = null;
  #atEnd = true;

  constructor(store, { inspect, reply }) {
    this.store = store;
    this.inspect = inspect;
    this.reply = reply;
    this.log = document.getElementById("messages");
    this.head = document.getElementById("chat-person");
    this.window = document.getElementById("chat-window");
    this.log.addEventListener("keydown", (event) => this.#key(event));
    this.log.addEventListener("scroll", () => {
      this.#atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    });
    this.log.addEventListener("load", () => this.#follow(), true); // a picture has got its height
    this.window.addEventListener("click", () => api.letWindowPass(this.key));
    this.more = document.getElementById("chat-person-menu");
    this.more.addEventListener("click", () => openMenu(this.more, this.#personEntries(this.store.person(this.key))));
    store.on("messages", (keys) => { if (keys.has(this.key) || keys.has("")) this.draw(); });
    store.on("people", (keys) => { if (keys.has(this.key) || keys.has("")) this.#drawHead(); });
    store.on("reset", () => this.open(this.key));
  }

  /** Shows the chat with somebody. */
  open(key) {
    this.key = key;
    this.selected = null;
    this.#drawn.clear();
    this.log.replaceChildren();
    this.#drawHead();
    this.#atEnd = true;
    this.draw();
  }

  /** Marks the message whose timeline is shown. */
  mark(id) {
    this.selected = id;
    for (const element of this.log.querySelectorAll(".message")) element.classList.toggle("selected", element.dataset.id === id);
  }

  /** Puts the keyboard on the newest message. */
  focusLast() {
    this.#articles().at(-1)?.focus();
  }

  draw() {
    const person = this.store.person(this.key);
    if (!person) return;
    const messages = this.store.chat(this.key).filter((message) => message.type !== "reaction").slice(-SHOWN);
    const wanted = [];
    let lastDay = null;
    for (const message of messages) {
      const name = day(message.at);
      if (name !== lastDay) wanted.push(this.#keep(`day ${name}`, name, () => h("p", { class: "day" }, name)));
      lastDay = name;
      const quoted = message.context?.id ? this.store.message(message.context.id) : null;
      const state = JSON.stringify([message.reactions, message.error, message.content, quoted?.id]);
      const drawn = this.#keep(message.id, state, () => bubble(message, person, quoted, this.#actions(person)));
      if (drawn.status !== message.status) {
        // In place: a bubble made anew between a finger's down and up would swallow the tap.
        drawn.element.querySelector(".ticks").replaceWith(ticks(message));
        drawn.status = message.status;
      }
      wanted.push(drawn);
    }
    if (messages.length === 0) wanted.push(this.#keep("empty", "", () => this.#empty(person)));
    if (this.#typing(person)) wanted.push(this.#keep("typing", "", dots));
    this.#arrange(wanted);
    this.mark(this.selected);
    this.#follow();
  }

  /** Stays with the newest message, unless the person has scrolled up. */
  #follow() {
    if (this.#atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  #keep(id, state, make) {
    const known = this.#drawn.get(id);
    if (known?.state === state) return known;
    const element = make();
    if (known?.element.contains(document.activeElement)) setTimeout(() => element.focus());
    const fresh = { id, state, element };
    this.#drawn.set(id, fresh);
    return fresh;
  }

  #arrange(wanted) {
    const ids = new Set(wanted.map((item) => item.id));
    for (const id of [...this.#drawn.keys()]) if (!ids.has(id)) this.#drawn.delete(id);
    const elements = new Set(wanted.map((item) => item.element));
    for (const child of [...this.log.children]) if (!elements.has(child)) child.remove();
    wanted.forEach(({ element }, index) => {
      if (this.log.children[index] !== element) this.log.insertBefore(element, this.log.children[index] ?? null);
    });
  }

  #drawHead() {
    const person = this.store.person(this.key);
    if (!person) return;
    const typing = this.#typing(person);
    this.head.replaceChildren(avatar(person.name, person.key), h("span", { class: "who" },
      h("strong", {}, person.name),
      h("small", {}, typing ? `${this.store.business.name} is typing…` : [identity(person), person.user_id, person.blocked ? "has blocked the business" : "", person.stopped_marketing ? "no marketing" : ""].filter(Boolean).join(" · "))));
    this.log.setAttribute("aria-label", `Messages with ${person.name}`);
    this.window.className = `chip ${person.window_open ? "open" : "closed"}`;
    this.window.disabled = !person.window_open;
    this.window.title = person.window_open
      ? "The business may answer freely. Press to let more than 24 hours pass."
      : "More than 24 hours without a message: only a template may be sent (131047)";
    const free = person.free_entry_until ? `Free for ${Math.ceil((person.free_entry_until - now()) / 3600)} h, open for` : "Open for";
    const state = person.window_open ? `${free} ${Math.ceil((person.window_until - now()) / 3600)} h` : "Window closed";
    this.window.setAttribute("aria-label", `24-hour window: ${state}`);
    this.window.replaceChildren(icon("clock"), h("span", {}, state));
    clearTimeout(this.#timer);
    if (typing) this.#timer = setTimeout(() => { this.#drawHead(); this.draw(); }, (person.typing_until - now()) * 1000 + 50);
    if (typing !== this.#drawn.has("typing")) this.draw();
  }

  #typing(person) {
    return (person.typing_until ?? 0) > now();
  }

  #empty(person) {
    const knows = person.wa_id ? "" : " The business does not see a phone number here, only the user id and the username.";
    return h("div", { class: "empty" }, avatar(person.name, person.key), h("p", {}, `Write as ${person.name}.${knows}`),
      h("p", {}, h("button", { type: "button", class: "suggestion", onclick: () => this.#actions(person).send({ type: "text", text: "Oi, tudo bem?" }) }, "Oi, tudo bem?")));
  }

  #actions(person) {
    return {
      business: this.store.business.name,
      inspect: (message) => this.inspect(message.id),
      goTo: (id) => this.#goTo(id),
      send: (message) => api.write(person.key, message),
      menu: (message, button) => openMenu(button, this.#entries(message, person)),
    };
  }

  #personEntries(person) {
    const act = (action, given) => () => api.act(person.key, action, given);
    return {
      items: [
        ["person", "Change number or username…", () => changePerson(person, (given) => api.act(person.key, "change", given))],
        person.blocked ? ["close", "Unblock the business", act("unblock")] : ["close", "Block the business", act("block")],
        person.stopped_marketing
          ? ["again", "Resume marketing messages", act("resume_marketing")]
          : ["close", "Stop marketing messages", act("stop_marketing")],
      ],
    };
  }

  #entries(message, person) {
    const own = message.reactions.person;
    return {
      emoji: ["👍", "❤️", "😂", "😮", "😢", "🙏"].map((sign) => ({
        sign, on: sign === own, label: sign === own ? `Take back ${sign}` : `React with ${sign}`,
        act: () => api.write(person.key, { type: "reaction", reaction: { message_id: message.id, ...(sign === own ? {} : { emoji: sign }) } }),
      })),
      items: [
        ["reply", "Reply", () => this.reply(message)],
        ["search", "Show its timeline", () => this.inspect(message.id)],
        ["copy", "Copy text", () => copy(snippet(message), "Text")],
        ["copy", "Copy message id", () => copy(message.id, "Message id")],
      ],
    };
  }

  #goTo(id) {
    const element = this.log.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!element) return toast("That message is further up than what is shown.");
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.focus({ preventScroll: true });
  }

  #articles() {
    return [...this.log.querySelectorAll(".message")];
  }

  #key(event) {
    const article = event.target.closest?.(".message");
    if (!article || event.target !== article || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = this.#articles();
    const at = all.indexOf(article);
    const message = this.store.message(article.dataset.id);
    const acts = {
      ArrowUp: () => all[Math.max(0, at - 1)].focus(),
      ArrowDown: () => (all[at + 1] ?? document.getElementById("composer-text")).focus(),
      Home: () => all[0].focus(),
      End: () => all.at(-1).focus(),
      Enter: () => this.inspect(message.id),
      Escape: () => document.getElementById("composer-text").focus(),
      r: () => this.reply(message),
      m: () => article.querySelector(".more").click(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

const dots = () => h("div", { class: "typing-dots", role: "status", "aria-label": "The business is typing" },
  h("div", { class: "bubble" }, h("i", {}), h("i", {}), h("i", {})));
