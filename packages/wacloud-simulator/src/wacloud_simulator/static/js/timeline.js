// One message's timeline, beside the chat: the stages with their durations, every step, every body.

import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { duration, exactTime, snippet } from "./format.js";
import { exchangeDetail } from "./exchange.js";

const WHERE = { phone: "Phone", meta: "Meta", graph: "Graph API" };
const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1);

export class Timeline {
  #asked = 0;
  #open = new Set();

  constructor(store) {
    this.store = store;
    this.panel = document.getElementById("panel-timeline");
    this.#empty();
    store.on("timeline", (ids) => { if (this.id && (ids.has(this.id) || this.related?.some((id) => ids.has(id)))) this.#load(); });
    store.on("reset", () => { this.id = null; this.#empty(); });
  }

  show(id) {
    if (this.id !== id) this.#open.clear();
    this.id = id;
    return this.#load();
  }

  async #load() {
    const asked = ++this.#asked;
    const timeline = await api.timeline(this.id);
    if (asked !== this.#asked) return;
    this.related = [timeline.message.id, ...timeline.replies.map((reply) => reply.id)];
    this.#draw(timeline);
  }

  #empty() {
    this.panel.replaceChildren(h("div", { class: "nothing" }, icon("route"), h("p", {}, "Choose a message to see its way: from the phone through the webhook and the queue to the answer and its ticks.")));
  }

  #draw(timeline) {
    const { message, replies, stages, steps, exchanges } = timeline;
    const scroll = this.panel.scrollTop;
    const person = this.store.person(message.person);
    this.panel.replaceChildren(
      h("header", { class: "subject" },
        h("p", { class: "subject-text" }, h("strong", {}, message.from_person ? person?.name ?? "" : this.store.business.name), " ", snippet(message)),
        h("p", { class: "wamid" }, message.id)),
      summary(stages, replies),
      stages.length ? waterfall(stages) : null,
      h("h3", {}, "Every step"),
      stepList(steps, (number) => this.#reveal(number)),
      h("h3", {}, `Bodies (${exchanges.length})`),
      ...exchanges.map((exchange) => this.#body(exchange)));
    this.panel.scrollTop = scroll;
  }

  #body(exchange) {
    const details = h("details", { class: "body", "data-number": exchange.number, open: this.#open.has(exchange.number) },
      h("summary", {}, icon(exchange.direction === "webhook" ? "out" : "in"), h("span", {}, exchange.about), status(exchange)));
    const fill = () => {
      if (!details.open) return this.#open.delete(exchange.number);
      this.#open.add(exchange.number);
      if (!details.querySelector(".exchange")) details.append(exchangeDetail(exchange));
    };
    if (details.open) fill();
    details.addEventListener("toggle", fill);
    return details;
  }

  #reveal(number) {
    const details = this.panel.querySelector(`details[data-number="${number}"]`);
    if (!details) return;
    details.open = true;
    details.scrollIntoView({ block: "start", behavior: "smooth" });
    details.querySelector("summary").focus({ preventScroll: true });
  }
}

/** An exchange's outcome. */
export function status(exchange) {
  const waiting = exchange.seconds === null;
  const good = exchange.status === 200;
  const text = waiting ? "…" : exchange.status ?? "no answer";
  return h("span", { class: `status ${waiting ? "waiting" : good ? "good" : "bad"}` }, String(text));
}

function summary(stages, replies) {
  const after = Object.fromEntries(stages.map((stage) => [stage.stage, stage.after]));
  const tile = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  const at = (stage) => (stage in after ? duration(after[stage]) : "–");
  return h("dl", { class: "tiles" }, tile("Accepted", at("accepted")), tile("Answered", at("answered")),
    tile("Read", at("read")), tile("Replies", String(replies.length)));
}

function waterfall(stages) {
  const whole = Math.max(...stages.map((stage) => stage.after), 0.001);
  return h("ol", { class: "waterfall", "aria-label": "Stages and how long each took" }, ...stages.map((stage) => {
    const bar = h("span", { class: `bar stage-${stage.stage}` });
    bar.style.setProperty("--from", `${((stage.after - stage.took) / whole) * 100}%`);
    bar.style.setProperty("--size", `${(stage.took / whole) * 100}%`);
    return h("li", {}, h("span", { class: "stage" }, stage.stage), h("span", { class: "track", "aria-hidden": "true" }, bar),
      h("span", { class: "took" }, duration(stage.took)));
  }));
}

function stepList(steps, reveal) {
  return h("ol", { class: "steps" }, ...steps.map((step) => {
    const what = step.exchange
      ? h("button", { type: "button", class: "what", title: "Show its body", onclick: () => reveal(step.exchange) }, step.what)
      : h("span", { class: "what" }, step.what);
    return h("li", { class: `at-${step.where} ${step.bad ? "bad" : ""}` },
      h("time", { title: exactTime(step.at) }, `+${duration(Math.max(0, step.after))}`),
      h("span", { class: "where" }, WHERE[step.where] ?? capital(step.where)),
      h("span", { class: "told" }, what, step.detail ? h("small", {}, step.detail) : null));
  }));
}
