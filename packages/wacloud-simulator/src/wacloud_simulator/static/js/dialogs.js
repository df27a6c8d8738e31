// Small windows that ask for something: a row of a list, a flow's answer, a place, a contact, a new person, JSON.

import { api } from "./api.js";
import { h, icon } from "./dom.js";

/** A window with a form. Resolves with the form's values, or null when it was closed. */
function ask(title, content, action) {
  return new Promise((resolve) => {
    const problem = h("p", { class: "problem", role: "alert" });
    const form = h("form", { method: "dialog" },
      h("header", {}, h("h2", { id: "dialog-title" }, title),
        h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))),
      h("div", { class: "dialog-body" }, content, problem),
      action ? h("footer", {}, h("button", { type: "submit", class: "primary" }, action)) : null);
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);
    let found = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form, event.submitter));
      try {
        found = form.read ? form.read(values) : values;
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
      }
    });
    form.read = content.read;
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(found); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function field(label, name, attributes = {}) {
  return h("label", { class: "field" }, h("span", {}, label), h("input", { name, type: "text", autocomplete: "off", ...attributes }));
}

/** JSON to write; the text must be an object. */
function jsonField(label, value, rows = 10) {
  const area = h("textarea", { name: "json", rows, spellcheck: "false", class: "code" });
  area.value = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("label", { class: "field" }, h("span", {}, label), area);
}

function parsed(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is no JSON: ${error.message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("A JSON object is needed: { … }");
  return value;
}

/** Which row of a list is chosen: {id, title, description?} or null. */
export async function pickRow(list) {
  const rows = list.action.sections.flatMap((section) => section.rows);
  const content = h("div", { class: "rows" }, ...list.action.sections.map((section) =>
    h("fieldset", {}, h("legend", {}, section.title ?? list.action.button), ...section.rows.map((row) =>
      h("button", { type: "submit", name: "row", value: row.id, class: "row" },
        h("strong", {}, row.title), row.description ? h("span", {}, row.description) : null)))));
  const chosen = await ask(list.header?.text ?? list.action.button, content, null);
  return chosen ? rows.find((row) => row.id === chosen.row) : null;
}

/** What a flow sends back, as its response_json. */
export async function fillFlow(parameters) {
  const data = parameters.flow_action_payload?.data ?? {};
  const token = parameters.flow_token ? { flow_token: parameters.flow_token } : {};
  const content = h("div", {},
    h("p", { class: "hint" }, "A flow's screens live at Meta. Write what its last screen sends back."),
    jsonField("response_json", { ...data, ...token }));
  content.read = (values) => parsed(values.json);
  return ask(parameters.flow_cta ?? "Form", content, "Send");
}

/** Asks for a place and hands it to `send`. */
export async function sendLocation(send) {
  const content = h("div", {},
    field("Name", "name", { value: "Avenida Paulista" }),
    field("Address", "address", { value: "Av. Paulista, 1578, São Paulo" }),
    field("Latitude", "latitude", { value: "-23.561684", inputmode: "decimal", required: true }),
    field("Longitude", "longitude", { value: "-46.655981", inputmode: "decimal", required: true }));
  content.read = (values) => {
    const place = { latitude: Number(values.latitude), longitude: Number(values.longitude) };
    if (!(Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180)) throw new Error("Latitude goes to 90, longitude to 180 degrees.");
    for (const name of ["name", "address"]) if (values[name]) place[name] = values[name];
    return place;
  };
  const place = await ask("Send a location", content, "Send");
  if (place) send(place);
}

/** Asks for a contact and hands it to `send`. */
export async function sendContact(send) {
  const content = h("div", {}, field("Name", "name", { value: "Paula Ribeiro", required: true }),
    field("Phone", "phone", { value: "+55 11 99999-0042", inputmode: "tel" }));
  const given = await ask("Send a contact", content, "Send");
  if (!given) return;
  const [first, ...rest] = given.name.split(" ");
  const digits = given.phone.replace(/\D/g, "");
  send([{
    name: { formatted_name: given.name, first_name: first, ...(rest.length ? { last_name: rest.join(" ") } : {}) },
    phones: digits ? [{ phone: given.phone, wa_id: digits, type: "CELL" }] : [],
  }]);
}

/** Any message in Meta's shape. */
export async function sendJson(send) {
  const content = h("div", {},
    h("p", { class: "hint" }, "Any message type: its name, and beside it the content in Meta's shape."),
    jsonField("Message", { type: "order", order: { catalog_id: "1", product_items: [{ product_retailer_id: "civic-2023", quantity: 1, item_price: 120000, currency: "BRL" }] } }));
  content.read = (values) => parsed(values.json);
  const message = await ask("Send any message", content, "Send");
  if (message) send(message);
}

/** Asks for somebody new, with a number or known by a username alone, and hands them to `add`. */
export async function newPerson(add) {
  const content = h("div", {},
    field("Name", "name", { required: true, maxlength: 100, value: "" }),
    field("Phone number, with the country code; empty for a person known by username only", "wa_id", { inputmode: "tel", placeholder: "5511999990005" }),
    field("Username", "username", { placeholder: "eva.martins" }));
  content.read = ({ name, wa_id: number, username }) => {
    const digits = number.replace(/\D/g, "");
    if (!digits && !username.trim()) throw new Error("Give a phone number, a username, or both.");
    return { name: name.trim(), ...(digits ? { wa_id: digits } : {}), ...(username.trim() ? { username: username.trim() } : {}) };
  };
  const person = await ask("Somebody new", content, "Add");
  if (person) add(await api.addPerson(person));
}

/** A person's new number or username; `change` gets what is new. An empty field takes it away. */
export async function changePerson(person, change) {
  const content = h("div", {},
    h("p", { class: "hint" }, "With a new number comes a new user id. The webhook is told by a system message, as by Meta."),
    field("Phone number; empty hides it from the business", "wa_id", { inputmode: "tel", value: person.wa_id ?? "" }),
    field("Username; empty for none", "username", { value: person.username ?? "" }));
  content.read = ({ wa_id: number, username }) => {
    const digits = number.replace(/\D/g, "") || null;
    if (!digits && !username.trim()) throw new Error("Give a phone number, a username, or both.");
    return {
      ...(digits !== person.wa_id ? { wa_id: digits } : {}),
      ...((username.trim() || null) !== person.username ? { username: username.trim() || null } : {}),
    };
  };
  const given = await ask("Change number or username", content, "Change");
  if (given && Object.keys(given).length) await change(given);
}

/** A body to edit before it is posted; resolves with its text. */
export async function editBody(body) {
  let pretty = body;
  try {
    pretty = JSON.stringify(JSON.parse(body), null, 2);
  } catch { /* it is shown as it is */ }
  const content = h("div", {},
    h("p", { class: "hint" }, "The edited body is signed anew. With a new id it is a new message; with the old one the webhook should drop it."),
    h("button", { type: "button", onclick: () => { const area = content.querySelector("textarea"); area.value = renamed(area.value); } }, "Give every message a new id"),
    jsonField("Body", pretty, 18));
  content.read = (values) => {
    try {
      return compact(values.json);
    } catch {
      return values.json; // broken JSON is something to try too
    }
  };
  return ask("Edit and send", content, "Sign and send");
}

/** As Meta writes it: no spaces, escapes beyond ASCII, slashes escaped. */
function compact(text) {
  return JSON.stringify(JSON.parse(text))
    .replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("/", "\\/");
}

function renamed(text) {
  return text.replace(/"id":(\s*)"wamid\.[^"]*"/g, (_, space) => {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return `"id":${space}"wamid.${btoa(String.fromCharCode(...bytes))}"`;
  });
}

/** The keys. */
export function showKeys() {
  const keys = [
    ["Enter", "send"], ["Shift + Enter", "new line"], ["↑ in an empty field", "to the messages; ↑ and ↓ move, Esc goes back"],
    ["Enter on a message", "its timeline"], ["R on a message", "reply"], ["M on a message", "its menu"],
    ["Alt + ↑ / ↓", "the chat above or below"], ["/", "search people"],
  ];
  const content = h("dl", { class: "keys" }, ...keys.map(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]));
  return ask("Keys", content, null);
}
