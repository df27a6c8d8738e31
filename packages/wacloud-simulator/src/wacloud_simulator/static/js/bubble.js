// One message as it looks on the phone. What can be tapped in it is in interactive.js.

import { avatar, h, icon } from "./dom.js";
import { clock, json, marked, phone, snippet } from "./format.js";
import { interactive, template } from "./interactive.js";

const TICKS = {
  pending: ["clock", "On its way"], accepted: ["clock", "Accepted"], sent: ["tick", "Sent"],
  delivered: ["ticks", "Delivered"], read: ["ticks", "Read"], failed: ["alert", "Failed"],
};

/** The ticks of a message: how far it got. */
export function ticks(message) {
  const [name, label] = TICKS[message.status] ?? TICKS.pending;
  return h("span", { class: `ticks ${message.status}`, title: label }, icon(name, label));
}

/** The message as an article; `actions` are what the page can do with it. */
export function bubble(message, person, quoted, actions) {
  const mine = message.from_person;
  const body = content(message, actions);
  const reactions = Object.values(message.reactions);
  const said = `${mine ? person.name : actions.business}, ${clock(message.at)}: ${snippet(message)}`;
  return h("article", {
    class: `message ${mine ? "mine" : "theirs"} ${message.type}`, "data-id": message.id, tabindex: "-1", "aria-label": said,
  },
  h("div", { class: "bubble", onclick: (event) => { if (!event.target.closest("button,a,audio,video,details")) actions.inspect(message); } },
    message.context?.forwarded ? h("p", { class: "forwarded" }, "Forwarded") : null,
    message.referral ? h("p", { class: "forwarded" }, `Came through an ad: ${message.referral.headline ?? message.referral.source_id}`) : null,
    quoted ? quote(quoted, person, actions) : null,
    body,
    message.error ? h("p", { class: "failure" }, `${message.error.code}: ${message.error.message}. ${message.error.error_data?.details ?? ""}`) : null,
    h("footer", {}, h("time", { datetime: new Date(message.at * 1000).toISOString() }, clock(message.at)), ticks(message)),
    reactions.length ? h("p", { class: "reactions", "aria-label": "Reactions" }, [...new Set(reactions)].join(" ")) : null),
  h("button", {
    type: "button", class: "more", "aria-label": "What to do with this message", "aria-haspopup": "menu",
    onclick: (event) => actions.menu(message, event.currentTarget),
  }, icon("more")));
}

/** The message that is answered, small, above the answer. */
export function quote(message, person, actions) {
  return h("button", { type: "button", class: "quote", onclick: () => actions.goTo(message.id) },
    h("span", { class: "quoted-name" }, message.from_person ? person.name : actions.business),
    h("span", { class: "quoted-text" }, snippet(message)));
}

function content(message, actions) {
  const given = message.content ?? {};
  switch (message.type) {
    case "text": return h("p", { class: "text" }, ...marked(given.body ?? ""));
    case "button": return h("p", { class: "text" }, given.text ?? "");
    case "image": case "video": case "audio": case "sticker": case "document": return media(message.type, given);
    case "location": return location(given);
    case "contacts": return h("div", { class: "cards" }, ...[given].flat().map(contact));
    case "interactive": return message.from_person ? reply(given) : interactive(message, given, actions);
    case "template": return template(message, given, actions);
    case "system": return h("p", { class: "text" }, given.body ?? "System message");
    default: return other(message);
  }
}

function other(message) {
  return h("details", { class: "other" }, h("summary", {}, snippet(message)), json(JSON.stringify(message.content)));
}

/** Where a file can be had: uploaded ones here, linked ones where the business says. */
export const source = (given) => (given.id ? `/api/media/${encodeURIComponent(given.id)}` : given.link ?? given.url ?? "");

/** A picture, video, sound or file, with its caption. */
export function media(kind, given) {
  const src = source(given);
  const caption = given.caption ? h("p", { class: "text" }, ...marked(given.caption)) : null;
  if (kind === "document") {
    const name = given.filename ?? "Document";
    const type = (given.mime_type ?? "").split("/").pop().toUpperCase();
    return h("div", {}, h("a", { class: "file", href: src, download: name, rel: "noopener noreferrer", target: "_blank" },
      icon("document"), h("span", {}, h("strong", {}, name), h("small", {}, type || "FILE"))), caption);
  }
  if (kind === "audio") {
    return h("div", { class: "voice" }, icon(given.voice ? "mic" : "sound"),
      h("audio", { controls: true, preload: "none", src, "aria-label": given.voice ? "Voice message" : "Audio" }));
  }
  if (kind === "video") return h("div", {}, h("video", { controls: true, preload: "none", src, "aria-label": "Video" }), caption);
  const picture = h("img", { src, alt: given.caption || (kind === "sticker" ? "Sticker" : "Photo"), loading: "lazy" });
  picture.addEventListener("error", () => picture.replaceWith(missing(src)));
  return h("div", { class: kind }, picture, caption);
}

function missing(src) {
  return h("a", { class: "missing", href: src, target: "_blank", rel: "noopener noreferrer" },
    icon("image"), h("span", {}, "The picture cannot be shown here", h("small", {}, src)));
}

function location(given) {
  const where = `${given.latitude}, ${given.longitude}`;
  const map = `https://www.openstreetmap.org/?mlat=${given.latitude}&mlon=${given.longitude}#map=16/${given.latitude}/${given.longitude}`;
  return h("a", { class: "place", href: map, target: "_blank", rel: "noopener noreferrer" },
    h("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    h("strong", {}, given.name ?? "Location"),
    given.address ? h("span", {}, given.address) : null,
    h("small", {}, where));
}

function contact(given) {
  const name = given.name?.formatted_name ?? given.name?.first_name ?? "Contact";
  const phones = (given.phones ?? []).map((item) => item.phone ?? (item.wa_id ? phone(item.wa_id) : ""));
  return h("div", { class: "contact" }, avatar(name, name), h("span", {}, h("strong", {}, name), h("small", {}, phones.join(", "))));
}

/** What a person tapped. */
function reply(given) {
  const chosen = given.button_reply ?? given.list_reply;
  if (chosen) {
    return h("div", {}, h("p", { class: "text" }, chosen.title),
      chosen.description ? h("p", { class: "described" }, chosen.description) : null);
  }
  if (given.nfm_reply) {
    return h("details", { class: "other" }, h("summary", {}, given.nfm_reply.body || "Form sent"),
      json(given.nfm_reply.response_json ?? ""));
  }
  return h("details", { class: "other" }, h("summary", {}, given.type ?? "Interactive"), json(JSON.stringify(given)));
}
