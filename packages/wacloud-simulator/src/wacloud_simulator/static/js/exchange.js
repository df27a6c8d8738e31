// One HTTP exchange in full, and what can be done with it: again, as duplicates, edited, as a curl command.

import { api } from "./api.js";
import { copy, h, icon, toast } from "./dom.js";
import { duration, exactTime, json } from "./format.js";
import { editBody } from "./dialogs.js";

const COPIES = 3;

/** Request and answer, headers and bodies, pretty or raw. */
export function exchangeDetail(exchange) {
  const raw = h("input", { type: "checkbox", role: "switch" });
  const bodies = h("div", {});
  const draw = () => {
    const body = (text) => (text === "" ? h("p", { class: "hint" }, "no body") : raw.checked ? h("pre", { class: "json raw", tabindex: "0" }, text) : json(text));
    bodies.replaceChildren(
      h("h4", {}, "Request"), h("p", { class: "line" }, `${exchange.method} ${exchange.url}`),
      headers(exchange.request_headers), body(exchange.request_body),
      h("h4", {}, "Answer"),
      exchange.seconds === null ? h("p", { class: "hint" }, "none yet") : h("p", { class: "line" }, `${exchange.status ?? exchange.error} · ${duration(exchange.seconds)}`),
      exchange.answer ? body(exchange.answer) : null);
  };
  raw.addEventListener("change", draw);
  draw();
  return h("div", { class: "exchange" }, tools(exchange), h("p", { class: "about" },
    exactTime(exchange.at), exchange.note ? ` · ${exchange.note}` : "", exchange.attempt > 1 ? ` · attempt ${exchange.attempt}` : "",
    h("label", { class: "raw-switch" }, raw, "Raw bytes")), bodies);
}

function tools(exchange) {
  const button = (name, label, act) => h("button", { type: "button", class: "tool", onclick: act }, icon(name), label);
  const post = async (how, said) => { await api.again(exchange.number, how); toast(said); };
  const curl = button("copy", "Copy as curl", () => copy(curlCommand(exchange), "curl command"));
  if (exchange.direction !== "webhook") return h("div", { class: "tools" }, curl);
  return h("div", { class: "tools" },
    button("again", "Send again", () => post({}, "Posted again")),
    button("copies", "Send as duplicate", () => post({ copies: COPIES }, `Posted ${COPIES} times at once`)),
    button("edit", "Edit and send", async () => {
      const body = await editBody(exchange.request_body);
      if (body !== null) post({ body }, "Signed and posted");
    }),
    curl);
}

function headers(given) {
  return h("details", { class: "headers" }, h("summary", {}, `${Object.keys(given).length} headers`),
    h("dl", {}, ...Object.entries(given).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])));
}

/** A command that posts the very same bytes. The access token is left to the shell. */
export function curlCommand(exchange) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const skipped = ["host", "content-length", "connection", "accept-encoding", "transfer-encoding"];
  const lines = [`curl -X ${exchange.method} ${quoted(exchange.url)}`];
  for (const [name, value] of Object.entries(exchange.request_headers)) {
    if (skipped.includes(name.toLowerCase())) continue;
    lines.push(name === "Authorization" ? '-H "Authorization: Bearer $WHATSAPP_ACCESS_TOKEN"' : `-H ${quoted(`${name}: ${value}`)}`);
  }
  if (exchange.request_body) lines.push(`--data-binary ${quoted(exchange.request_body)}`);
  return lines.join(" \\\n  ");
}
