// What goes wrong on purpose, the services behind the webhook, and what was counted.

import { api } from "./api.js";
import { h, icon, toast } from "./dom.js";

const POLL_MS = 1000;
const OWN = [
  ["written", "Written"], ["waiting", "Waiting for a 200"], ["accepted", "Got their 200"], ["unanswered", "In the queue"],
  ["answered", "Answered"], ["replies", "Replies"], ["failed", "Replies failed"],
];
const THEIRS = [
  ["webhook", "whatsapp_messages_received_total", "Received"], ["webhook", "whatsapp_duplicate_messages_total", "Duplicates"],
  ["processor", "whatsapp_messages_sent_total", "Replies sent"], ["processor", "whatsapp_replies_failed_total", "Replies nobody gets"],
  ["processor", "whatsapp_sends_ambiguous_total", "Unclear sends"], ["processor", "whatsapp_sends_parked_total", "Parked for a person"], ["webhook", "whatsapp_signature_failures_total", "Bad signatures"],
  ["webhook", "whatsapp_webhook_errors_total", "Refused"],
];
const NAMES = {
  duplicates: "duplicates", disorder: "disorder", delay_seconds: "delay", bad_signature: "bad signature",
  batches: "batches", statuses_lost: "statuses lost",
};

/** The weather in a few words; empty when it is fair. */
export function weatherWords(weather) {
  const words = Object.entries(NAMES).filter(([name]) => weather[name]).map(([, word]) => word);
  if (weather.graph !== "ok") words.push(`Graph: ${weather.graph.replaceAll("_", " ")}`);
  return words.join(", ");
}

export class WeatherPanel {
  #timer = null;
  #turning = 0;

  constructor(store, person) {
    this.store = store;
    this.person = person;
    this.panel = document.getElementById("panel-weather");
    this.form = document.getElementById("weather-form");
    this.form.addEventListener("change", (event) => this.#turn(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("weather-fair").addEventListener("click", () => api.weather({}, true));
    document.getElementById("reset").addEventListener("click", async () => { await api.reset(); toast("Chats, traffic and counters are empty"); });
    document.getElementById("crowd").addEventListener("click", () => this.#crowd());
    store.on("weather", () => this.#draw());
    store.on("services", () => this.#drawServices());
    for (const kind of ["messages", "exchanges", "reset"]) store.on(kind, () => this.#soon());
    this.#draw();
    this.#drawServices();
    setInterval(() => this.#soon(), POLL_MS);
  }

  /** Is called when the panel comes into view. */
  open() {
    this.#count();
  }

  async #turn(input) {
    if (!input.checkValidity()) {
      toast(`${input.closest("label").querySelector("strong").textContent}: ${input.validationMessage}`, "error");
      return this.#draw(input);
    }
    const { graph, graph_times: times } = this.form.elements;
    const value = input.type === "checkbox" ? input.checked : input.type === "number" ? Number(input.value) : input.value;
    const changes = input === graph || input === times
      ? { graph: graph.value, graph_times: times.value === "" ? null : Number(times.value) }
      : { [input.name]: value };
    // The answer to one switch must not turn back the next, which is on its way already.
    this.#turning += 1;
    try {
      this.store.weather = await api.weather(changes);
    } finally {
      this.#turning -= 1;
      this.#draw(input);
    }
  }

  /** Leaves alone what somebody is about to write, unless it was just turned. */
  #draw(turned = null) {
    if (this.#turning) return;
    const weather = this.store.weather;
    for (const [name, value] of Object.entries(weather)) {
      const input = this.form.elements[name];
      if (input.type === "checkbox") input.checked = value;
      else if (input !== document.activeElement || input === turned) input.value = value ?? "";
    }
    const words = weatherWords(weather);
    const chip = document.getElementById("weather-chip");
    chip.classList.toggle("rain", words !== "");
    chip.replaceChildren(icon(words ? "rain" : "sun"), h("span", {}, words || "Fair weather"));
    document.getElementById("weather-fair").disabled = words === "";
  }

  #drawServices() {
    const place = document.getElementById("services");
    const states = Object.entries(this.store.services);
    const state = JSON.stringify(states);
    if (state === this.drawnServices) return;
    this.drawnServices = state;
    document.getElementById("services-none").hidden = states.length > 0;
    place.replaceChildren(...states.map(([name, running]) => h("li", { class: running ? "up" : "down" },
      h("span", { class: "lamp" }), h("strong", {}, name), h("span", { class: "state" }, running ? "runs" : "stopped"),
      h("span", { class: "buttons" }, ...(running
        ? [this.#button(name, "stop", "Stop"), this.#button(name, "kill", "Kill")]
        : [this.#button(name, "start", "Start")])))));
    document.getElementById("lamps").replaceChildren(...states.map(([name, running]) =>
      h("li", { class: running ? "up" : "down" }, h("span", { class: "lamp" }), `${name} ${running ? "runs" : "is stopped"}`)));
  }

  #button(name, action, label) {
    return h("button", {
      type: "button", class: "tool", "aria-label": `${label} the ${name}`,
      onclick: async (event) => {
        for (const button of event.currentTarget.parentElement.children) button.disabled = true;
        event.currentTarget.textContent = { stop: "Stopping…", kill: "Killing…", start: "Starting…" }[action];
        try {
          this.store.services = await api.service(name, action);
        } finally {
          this.drawnServices = null;
          this.#drawServices();
        }
      },
    }, label);
  }

  async #crowd() {
    const person = this.store.person(this.person());
    await Promise.all(Array.from({ length: 20 }, (_, index) => api.write(person.key, { type: "text", text: `Mensagem ${index + 1} de 20` })));
    toast(`20 messages written as ${person.name}`);
  }

  #soon() {
    if (this.panel.hidden || document.hidden || this.#timer) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.#count();
      } finally {
        this.#timer = null;
      }
    }, 150);
  }

  async #count() {
    const counted = await api.counters();
    this.store.services = counted.running;
    this.#drawServices();
    const row = (label, value, title, name) => h("div", { title, "data-counter": name }, h("dt", {}, label), h("dd", {}, value));
    const theirs = THEIRS.filter(([service, name]) => name in (counted.grown[service] ?? {}));
    document.getElementById("counters").replaceChildren(
      ...OWN.map(([name, label]) => row(label, String(counted[name]), "counted by the simulator", name)));
    document.getElementById("metrics").replaceChildren(
      ...theirs.map(([service, name, label]) => row(label, String(counted.grown[service][name]), `${name}, ${service}`, name)));
    const silent = Object.entries(counted.services).filter(([, totals]) => totals === null).map(([name]) => name);
    document.getElementById("metrics-title").hidden = theirs.length === 0;
    document.getElementById("dead-letters").hidden = Object.keys(counted.running).length === 0;
    document.getElementById("metrics-silent").textContent = silent.length ? `No answer from /metrics of: ${silent.join(", ")}` : "";
  }
}
