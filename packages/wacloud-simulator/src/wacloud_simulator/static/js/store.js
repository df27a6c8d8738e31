// What the page knows: people, messages, exchanges, faults. Kept true by the server's events; draws nothing.

import { api } from "./api.js";
import { setOffset } from "./format.js";

const KEPT_EXCHANGES = 400;
const GATHER_MS = 25;

export class Store {
  #listeners = new Map();
  #changes = new Map();
  #waiting = null;
  #source = null;

  constructor(state) {
    this.#take(state);
    this.connected = true;
  }

  /** Calls `listener(keys)` soon after something of that kind has changed, once for many changes. */
  on(kind, listener) {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
  }

  person(key) {
    return this.people.get(key);
  }

  /** Somebody as they are now. */
  know(person) {
    this.people.set(person.key, person);
    this.#changed("people", person.key);
  }

  /** Everything said with somebody, oldest first. */
  chat(key) {
    return [...(this.chats.get(key)?.values() ?? [])];
  }

  message(id) {
    for (const chat of this.chats.values()) if (chat.has(id)) return chat.get(id);
    return undefined;
  }

  /** Listens to the server from the moment the state was taken. */
  connect() {
    const source = new EventSource(`/api/events?after=${this.event}`);
    const heard = {
      message: (message) => this.#put(message),
      person: (person) => this.know(person),
      faults: (faults) => { this.faults = faults; this.#changed("faults", ""); },
      services: (services) => { this.services = services; this.#changed("services", ""); },
      exchange: (exchange) => this.#record(exchange),
      clock: ({ offset }) => { setOffset(offset); this.#changed("clock", ""); },
      log: ({ message }) => this.#changed("timeline", message),
    };
    for (const [name, take] of Object.entries(heard)) {
      source.addEventListener(name, (event) => {
        if (this.#waiting) this.#waiting.push([take, JSON.parse(event.data)]);
        else take(JSON.parse(event.data));
      });
    }
    source.addEventListener("reset", () => this.#reload());
    source.addEventListener("open", () => this.#connection(true));
    source.addEventListener("error", () => this.#connection(false));
    this.#source = source;
    addEventListener("pagehide", () => this.#source.close());
  }

  #take(state) {
    this.event = state.event;
    this.business = state.business;
    this.webhookUrl = state.webhook_url;
    this.faults = state.faults;
    this.counters = state.counters;
    this.countersNote = state.counters_note;
    setOffset(state.clock_offset);
    this.services = state.services;
    this.people = new Map(state.people.map((person) => [person.key, person]));
    this.chats = new Map();
    for (const message of state.messages) this.#chatOf(message.person).set(message.id, message);
    this.exchanges = new Map(state.exchanges.reverse().map((exchange) => [exchange.number, exchange]));
  }

  #chatOf(key) {
    if (!this.chats.has(key)) this.chats.set(key, new Map());
    return this.chats.get(key);
  }

  #put(message) {
    this.#chatOf(message.person).set(message.id, message);
    this.#changed("messages", message.person);
    this.#changed("timeline", message.id);
    if (message.answers) this.#changed("timeline", message.answers);
  }

  #record(exchange) {
    this.exchanges.set(exchange.number, exchange);
    if (this.exchanges.size > KEPT_EXCHANGES) this.exchanges.delete(this.exchanges.keys().next().value);
    this.#changed("exchanges", exchange.number);
    for (const id of exchange.message_ids) this.#changed("timeline", id);
  }

  async #reload() {
    if (this.#waiting) return;
    // What happens while the state is on its way is applied after it.
    this.#waiting = [];
    try {
      this.#take(await api.state());
    } finally {
      const missed = this.#waiting;
      this.#waiting = null;
      for (const [take, data] of missed) take(data);
    }
    for (const kind of ["reset", "people", "messages", "exchanges", "faults", "services", "clock"]) this.#changed(kind, "");
  }

  #connection(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.#changed("connection", "");
  }

  #changed(kind, key) {
    if (this.#changes.size === 0) setTimeout(() => this.#tell(), GATHER_MS);
    if (!this.#changes.has(kind)) this.#changes.set(kind, new Set());
    this.#changes.get(kind).add(key);
  }

  #tell() {
    const changes = this.#changes;
    this.#changes = new Map();
    for (const [kind, keys] of changes) for (const listener of this.#listeners.get(kind) ?? []) listener(keys);
  }
}
