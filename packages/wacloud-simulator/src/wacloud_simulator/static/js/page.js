// Puts the page together: which pane is shown, which person, which message, light or dark.

import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { Timeline } from "./timeline.js";
import { People } from "./people.js";
import { Store } from "./store.js";
import { Traffic } from "./traffic.js";
import { FaultsPanel } from "./faults.js";
import { showKeys } from "./dialogs.js";

const store = new Store(JSON.parse(document.getElementById("state").textContent));
const root = document.documentElement;
const narrow = matchMedia("(max-width: 760px)");
const byId = (id) => document.getElementById(id);

const timeline = new Timeline(store);
const traffic = new Traffic(store);
const chat = new Chat(store, {
  inspect: (id) => { chat.mark(id); timeline.show(id); tab("timeline"); pane("inspector"); },
  reply: (message) => composer.quote(message),
});
const composer = new Composer(store, () => chat.focusLast());
const people = new People(store, (key) => choose(key, { focus: true }));
const faults = new FaultsPanel(store, () => chat.key);

/** One pane at a time on a phone; all of them, or all but the inspector, elsewhere. */
function pane(name) {
  root.dataset.pane = name;
  if (name === "inspector") {
    root.dataset.inspector = "open";
    if (narrow.matches) byId("inspector-close").focus();
  }
}

function choose(key, { focus = false } = {}) {
  chat.open(key);
  composer.open(key);
  people.select(key);
  history.replaceState(null, "", `#${encodeURIComponent(key)}`);
  if (!focus) return;
  pane("chat");
  if (!narrow.matches) byId("composer-text").focus();
}

function tab(name) {
  for (const button of document.querySelectorAll("[role=tab]")) {
    const on = button.dataset.tab === name;
    button.setAttribute("aria-selected", String(on));
    button.tabIndex = on ? 0 : -1;
    byId(`panel-${button.dataset.tab}`).hidden = !on;
  }
  if (name === "traffic") traffic.draw();
  if (name === "faults") faults.open();
}

for (const button of document.querySelectorAll("[role=tab]")) {
  button.addEventListener("click", () => tab(button.dataset.tab));
  button.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...document.querySelectorAll("[role=tab]")];
    const next = all[(all.indexOf(button) + step + all.length) % all.length];
    tab(next.dataset.tab);
    next.focus();
  });
}

byId("chat-back").addEventListener("click", () => { pane("people"); people.list.querySelector("[aria-current]")?.focus(); });
byId("inspector-close").addEventListener("click", () => { pane("chat"); root.dataset.inspector = "closed"; });
byId("inspector-open").addEventListener("click", () => pane("inspector"));
byId("faults-chip").addEventListener("click", () => { tab("faults"); pane("inspector"); });
byId("keys").addEventListener("click", showKeys);
byId("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
if (localStorage.getItem("theme")) root.dataset.theme = localStorage.getItem("theme");

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, dialog, .menu");
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const keys = [...people.list.querySelectorAll(".person")].map((row) => row.dataset.key);
    const at = keys.indexOf(chat.key) + (event.key === "ArrowDown" ? 1 : -1);
    if (keys[at]) choose(keys[at], { focus: true });
  } else if (event.key === "/" && !writing) {
    event.preventDefault();
    pane("people");
    people.search.focus();
  }
});

store.on("connection", () => { byId("offline").hidden = store.connected; });
store.on("reset", () => { if (!store.person(chat.key)) choose([...store.people.keys()][0]); });
store.connect();
const wanted = decodeURIComponent(location.hash.slice(1));
people.draw();
choose(store.person(wanted) ? wanted : [...store.people.keys()][0]);
if (store.person(wanted)) pane("chat");
root.dataset.ready = "true";
