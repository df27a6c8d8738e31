// Every HTTP exchange, newest first, with a search over addresses and bodies.

import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { duration, exactTime } from "./format.js";
import { exchangeDetail } from "./exchange.js";
import { status } from "./timeline.js";

const SHOWN = 150;

export class Traffic {
  #asked = 0;

  constructor(store) {
    this.store = store;
    this.list = document.getElementById("exchanges");
    this.detail = document.getElementById("exchange-detail");
    this.panel = document.getElementById("panel-traffic");
    this.search = document.getElementById("exchange-search");
    this.search.addEventListener("input", () => this.draw());
    store.on("exchanges", () => { if (!this.panel.hidden) this.draw(); });
  }

  async draw() {
    const asked = ++this.#asked;
    const text = this.search.value.trim();
    // The page holds no bodies: the server searches in them.
    const found = text
      ? (await api.exchanges({ search: text, limit: SHOWN })).exchanges
      : [...this.store.exchanges.values()].reverse().slice(0, SHOWN);
    if (asked !== this.#asked) return;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.number : null;
    this.list.replaceChildren(...found.map((exchange) => this.#row(exchange)));
    if (found.length === 0) this.list.append(h("li", { class: "hint" }, text ? "Nothing holds that text." : "Nothing has been sent yet."));
    if (focused) this.list.querySelector(`[data-number="${focused}"]`)?.focus();
  }

  #row(exchange) {
    const webhook = exchange.direction === "webhook";
    const note = [exchange.note, exchange.attempt > 1 ? `attempt ${exchange.attempt}` : ""].filter(Boolean).join(", ");
    return h("li", {}, h("button", {
      type: "button", class: "row-exchange", "data-number": exchange.number,
      "aria-current": exchange.number === this.shown ? "true" : null, onclick: () => this.#show(exchange.number),
    },
    icon(webhook ? "out" : "in", webhook ? "to the webhook" : "to the Graph API"),
    h("span", { class: "about" }, exchange.about, note ? h("small", {}, note) : null),
    status(exchange),
    h("span", { class: "when" }, exchange.seconds === null ? "" : duration(exchange.seconds), h("small", {}, exactTime(exchange.at)))));
  }

  async #show(number) {
    const exchange = await api.exchange(number);
    this.shown = number;
    this.panel.classList.add("open");
    const back = h("button", { type: "button", class: "plain back", onclick: () => this.#close() }, icon("back"), "All traffic");
    this.detail.replaceChildren(back, h("h3", {}, exchange.about, " ", status(exchange)), exchangeDetail(exchange));
    back.focus();
  }

  #close() {
    this.panel.classList.remove("open");
    this.detail.replaceChildren();
    const number = this.shown;
    this.shown = null;
    this.draw().then(() => this.list.querySelector(`[data-number="${number}"]`)?.focus());
  }
}
