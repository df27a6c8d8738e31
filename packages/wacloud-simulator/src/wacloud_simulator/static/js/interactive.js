// Buttons, lists, flows and templates that the business sent, and what tapping them sends back.

import { h, icon } from "./dom.js";
import { json, marked } from "./format.js";
import { media } from "./bubble.js";
import { fillFlow, pickRow, sendLocation } from "./dialogs.js";

/** An interactive message with everything in it that can be tapped. */
export function interactive(message, given, actions) {
  return h("div", { class: "interactive" }, ...parts(given), ...taps(message, given, actions));
}

function parts(given) {
  const header = given.header;
  return [
    header?.type === "text" ? h("p", { class: "header" }, header.text) : header ? media(header.type, header[header.type]) : null,
    given.body?.text ? h("p", { class: "text" }, ...marked(given.body.text)) : null,
    given.footer?.text ? h("p", { class: "fine" }, given.footer.text) : null,
  ];
}

function taps(message, given, actions) {
  const action = given.action ?? {};
  const parameters = action.parameters ?? {};
  const answer = (content) => actions.send({ type: "interactive", interactive: content, context: { id: message.id } });
  switch (given.type) {
    case "button":
      return action.buttons.map(({ reply }) => tap(reply.title, "reply", () =>
        answer({ type: "button_reply", button_reply: { id: reply.id, title: reply.title } })));
    case "list":
      return [tap(action.button, "list", async () => {
        const row = await pickRow(given);
        if (row) answer({ type: "list_reply", list_reply: { id: row.id, title: row.title, ...(row.description ? { description: row.description } : {}) } });
      })];
    case "flow":
      return [tap(parameters.flow_cta, "flow", async () => {
        const filled = await fillFlow(parameters);
        if (filled) answer({ type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json: JSON.stringify(filled) } });
      })];
    case "address_message":
      return [tap("Provide address", "pin", async () => {
        const filled = await fillFlow({ flow_action_payload: { data: { values: parameters.values ?? {} } } });
        if (filled) answer({ type: "nfm_reply", nfm_reply: { name: "address_message", body: "Address", response_json: JSON.stringify(filled) } });
      })];
    case "cta_url":
      return [link(parameters.display_text, parameters.url)];
    case "location_request_message":
      return [tap("Send location", "pin", () => sendLocation((place) =>
        actions.send({ type: "location", location: place, context: { id: message.id } })))];
    case "call_permission_request":
      return ["accept", "reject"].map((response) => tap(response === "accept" ? "Allow calls" : "Do not allow", "reply", () =>
        answer({ type: "call_permission_reply", call_permission_reply: { response, response_source: "user_action" } })));
    case "carousel":
      return [h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
        ...(action.cards ?? []).map((card) => h("div", { class: "card" }, ...parts(card), ...taps(message, card, actions))))];
    default:
      return [h("details", { class: "other" }, h("summary", {}, given.type), json(JSON.stringify(action)))];
  }
}

const tap = (title, name, onclick) => h("button", { type: "button", class: "tap", onclick }, icon(name), title);
const link = (title, href) =>
  h("a", { class: "tap", href, target: "_blank", rel: "noopener noreferrer" }, icon("link"), title);

/** A template with its parameters in their places. */
export function template(message, given, actions) {
  const definition = given.definition?.components ?? [];
  const sent = (kind) => (given.components ?? []).find((part) => part.type.toLowerCase() === kind)?.parameters ?? [];
  const drawn = definition.map((component) => {
    switch (component.type.toUpperCase()) {
      case "HEADER": {
        const kind = (component.format ?? "TEXT").toLowerCase();
        if (kind === "text") return h("p", { class: "header" }, filled(component.text, sent("header")));
        return media(kind, sent("header")[0]?.[kind] ?? {});
      }
      case "BODY": return h("p", { class: "text" }, ...marked(filled(component.text, sent("body"))));
      case "FOOTER": return h("p", { class: "fine" }, component.text);
      case "BUTTONS": return component.buttons.map((button, index) => button.url
        ? link(button.text, button.url)
        : tap(button.text, "reply", () => actions.send({
          type: "button", button: { payload: payload(given, index) ?? button.text, text: button.text }, context: { id: message.id },
        })));
      default: return null;
    }
  });
  return h("div", { class: "interactive" }, h("p", { class: "fine" }, `Template ${given.name}, ${given.language?.code}`), ...drawn);
}

function filled(text, parameters) {
  let next = 0;
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (place, name) => {
    const named = parameters.find((parameter) => parameter.parameter_name === name);
    const value = named ?? parameters[/^\d+$/.test(name) ? Number(name) - 1 : next++];
    return value?.text ?? place;
  });
}

function payload(given, index) {
  const part = (given.components ?? []).find((component) =>
    component.type.toLowerCase() === "button" && String(component.index) === String(index));
  return part?.parameters?.[0]?.payload;
}
