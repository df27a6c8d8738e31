// What goes wrong on purpose, the services behind the webhook, and what was counted.

import { api } from "./api.js";
import { h, icon, toast } from "./dom.js";
import { now } from "./format.js";

const POLL_MS = 1000;
const OWN = [
  ["written", "Written"], ["waiting", "Waiting for a 200"], ["accepted", "Got their 200"], ["unanswered", "In the queue"],
  ["answered", "Answered"], ["replies", "Replies"], ["failed", "Replies failed"],
];
const NAMES = {
  duplicates: "duplicates", disorder: "disorder", delay_seconds: "delay", bad_signature: "bad signature",
  batches: "batches", statuses_lost: "statuses lost",
};

/** The faults in a few words; empty when there are none. */
export function faultWords(faults) {
  const words = Object.entries(NAMES).filter(([name]) => faults[name]).map(([, word]) => word);
  if (faults.appsecret_proof) words.push("proof required");
  for (const send of faults.sends) words.push(`Sends: ${send.fault.replaceAll("_", " ")}`);
  return words.join(", ");
}

const ordinal = (number) => `${number}${{ one: "st", two: "nd", few: "rd" }[new Intl.PluralRules("en", { type: "ordinal" }).select(number)] ?? "th"}`;

/** One fault of sends in words. */
function sendWords({ fault, report, times, every, person }, store) {
  const what = /^\d+$/.test(fault) ? `${fault} ${report === "status" ? "as failed status" : "as answer"}` : fault.replaceAll("_", " ");
  const when = every > 1 ? `every ${ordinal(every)} send` : "every send";
  return [what, when, times ? `${times} more` : "", person ? `to ${store.person(person)?.name ?? person}` : ""].filter(Boolean).join(", ");
}

export class FaultsPanel {
  #timer = null;
  #turning = 0;

  constructor(store, person) {
    this.store = store;
    this.person = person;
    this.panel = document.getElementById("panel-faults");
    this.form = document.getElementById("faults-form");
    this.form.addEventListener("change", (event) => this.#turn(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("faults-off").addEventListener("click", () => api.noFaults());
    document.getElementById("send-add").addEventListener("click", () => this.#addSend());
    document.getElementById("reset").addEventListener("click", async () => { await api.reset(); toast("Chats, traffic and counters are empty"); });
    document.getElementById("crowd").addEventListener("click", () => this.#crowd());
    const file = document.getElementById("state-file");
    document.getElementById("state-load").addEventListener("click", () => { file.value = ""; file.click(); });
    file.addEventListener("change", () => this.#load(file.files[0]));
    store.on("faults", () => this.#draw());
    for (const button of document.querySelectorAll("#clock button")) {
      button.addEventListener("click", () => api.advance(Number(button.dataset.seconds)));
    }
    store.on("clock", () => this.#drawClock());
    this.#drawClock();
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
    if (input.form.elements.fault && input.closest("#send-fault")) return;
    const value = input.type === "checkbox" ? input.checked : input.type === "number" ? Number(input.value) : input.value;
    const changes = { [input.name]: value };
    // The answer to one switch must not turn back the next, which is on its way already.
    this.#turning += 1;
    try {
      this.store.faults = await api.faults(changes);
    } finally {
      this.#turning -= 1;
      this.#draw(input);
    }
  }

  /** Leaves alone what somebody is about to write, unless it was just turned. */
  #draw(turned = null) {
    if (this.#turning) return;
    const faults = this.store.faults;
    for (const [name, value] of Object.entries(faults)) {
      const input = this.form.elements[name];
      if (!input) continue;
      if (input.type === "checkbox") input.checked = value;
      else if (input !== document.activeElement || input === turned) input.value = value ?? "";
    }
    const words = faultWords(faults);
    const chip = document.getElementById("faults-chip");
    chip.classList.toggle("rain", words !== "");
    chip.replaceChildren(icon(words ? "rain" : "sun"), h("span", {}, words || "No faults"));
    document.getElementById("faults-off").disabled = words === "";
    this.#drawSends();
  }

  /** A colleague's reproduction in the place of what there is. */
  async #load(file) {
    if (!file) return;
    let state;
    try {
      state = JSON.parse(await file.text());
    } catch {
      return toast(`${file.name} holds no JSON`, "error");
    }
    await api.loadState(state);
    toast(`${file.name} is loaded`);
  }

  #drawClock() {
    const hours = Math.round((now() - Date.now() / 1000) / 360) / 10;
    document.getElementById("clock-ahead").textContent = hours
      ? `${hours} hours ahead of real time; “Start over” puts it back.` : "Real time. Windows, retries and addresses of media follow when it is moved on.";
  }

  /** The faults of sends, each with a button that ends it. */
  #drawSends() {
    const { sends } = this.store.faults;
    document.getElementById("send-faults").replaceChildren(...sends.map((fault, index) => {
      const rest = sends.filter((_, other) => other !== index);
      return h("li", {}, h("span", {}, sendWords(fault, this.store)),
        h("button", { type: "button", class: "plain", "aria-label": `End ${fault.fault}`, onclick: () => api.faults({ sends: rest }) }, icon("close")));
    }));
  }

  /** Adds what the small form says. */
  async #addSend() {
    const { fault, times, every, report, whom } = this.form.elements;
    if (!times.checkValidity() || !every.checkValidity()) return toast("Give whole numbers, 1 or more", "error");
    const added = {
      fault: fault.value, every: Number(every.value || 1), times: times.value === "" ? null : Number(times.value),
      report: /^\d+$/.test(fault.value) ? report.value : "answer", person: whom.value === "chosen" ? this.person() : null,
    };
    this.store.faults = await api.faults({ sends: [...this.store.faults.sends, added] });
    this.#draw();
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
    const theirs = this.#shown(counted.grown).filter(([service, name]) => name in (counted.grown[service] ?? {}));
    document.getElementById("counters").replaceChildren(
      ...OWN.map(([name, label]) => row(label, String(counted[name]), "counted by the simulator", name)));
    document.getElementById("metrics").replaceChildren(
      ...theirs.map(([service, name, label]) => row(label, String(counted.grown[service][name]), `${name}, ${service}`, name)));
    const silent = Object.entries(counted.services).filter(([, totals]) => totals === null).map(([name]) => name);
    document.getElementById("metrics-title").hidden = theirs.length === 0;
    document.getElementById("counters-note").textContent = this.store.countersNote;
    document.getElementById("metrics-silent").textContent = silent.length ? `No answer from /metrics of: ${silent.join(", ")}` : "";
  }

  /** The counters that the starter named; else all there are. */
  #shown(grown) {
    if (this.store.counters.length) return this.store.counters.map(({ service, metric, label }) => [service, metric, label]);
    return Object.entries(grown).flatMap(([service, totals]) =>
      Object.keys(totals).map((metric) => [service, metric, metric.replace(/_total$/, "").replaceAll("_", " ")]));
  }
}
