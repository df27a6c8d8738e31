// How times, durations, message texts and JSON look.

import { h } from "./dom.js";

let offset = 0;

/** How far the simulator's clock is ahead of this machine's. */
export function setOffset(seconds) {
  offset = seconds;
}

/** The simulated time in seconds since 1970. */
export const now = () => Date.now() / 1000 + offset;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const EXACT = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false,
});
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export const clock = (seconds) => CLOCK.format(seconds * 1000);
export const exactTime = (seconds) => EXACT.format(seconds * 1000);

/** Today, or the day's name. */
export function day(seconds) {
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date(now() * 1000).toDateString() ? "Today" : DAY.format(date);
}

/** 0.0123 → "12 ms", 1.5 → "1.50 s", 75 → "1 min 15 s". */
export function duration(seconds) {
  const size = Math.abs(seconds);
  if (size < 0.00005) return "0 ms";
  if (size < 0.01) return `${(seconds * 1000).toFixed(1)} ms`;
  if (size < 1) return `${Math.round(seconds * 1000)} ms`;
  if (size < 60) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** +55 11 99999-0001, as far as the number's form is known. */
export function phone(waId) {
  const brazil = /^55(\d\d)(\d{4,5})(\d{4})$/.exec(waId);
  return brazil ? `+55 ${brazil[1]} ${brazil[2]}-${brazil[3]}` : `+${waId}`;
}

/** How a person is known to the business. */
export const identity = (person) =>
  person.wa_id ? phone(person.wa_id) : person.username ? `@${person.username}` : person.user_id;

const MARKS = [
  [/```([\s\S]+?)```/, "code"],
  [/(?<![\w*])\*(\S|\S[^*\n]*?\S)\*(?![\w*])/, "strong"],
  [/(?<![\w_])_(\S|\S[^_\n]*?\S)_(?![\w_])/, "em"],
  [/(?<![\w~])~(\S|\S[^~\n]*?\S)~(?![\w~])/, "s"],
];
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/;

/** A message's text with WhatsApp's own marks: *bold*, _italic_, ~struck~, ```code``` and links. */
export function marked(text) {
  const link = LINK.exec(text);
  if (link) {
    const anchor = h("a", { href: link[0], target: "_blank", rel: "noopener noreferrer" }, link[0]);
    return [...marked(text.slice(0, link.index)), anchor, ...marked(text.slice(link.index + link[0].length))];
  }
  for (const [pattern, tag] of MARKS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const inside = tag === "code" ? [found[1]] : marked(found[1]);
    const after = text.slice(found.index + found[0].length);
    return [...marked(text.slice(0, found.index)), h(tag, {}, ...inside), ...marked(after)];
  }
  return text ? [text] : [];
}

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with colours; what is no JSON is shown as it is. */
export function json(text) {
  let pretty;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return h("pre", { class: "json", tabindex: "0" }, text);
  }
  const parts = [];
  let end = 0;
  for (const found of pretty.matchAll(TOKENS)) {
    parts.push(pretty.slice(end, found.index));
    const kind = found[2] ? "key" : found[1] ? "string" : found[3] ? "word" : "number";
    parts.push(h("span", { class: `json-${kind}` }, found[1] ?? found[0]), found[2] ?? "");
    end = found.index + found[0].length;
  }
  return h("pre", { class: "json", tabindex: "0" }, ...parts, pretty.slice(end));
}

const KINDS = {
  image: "📷 Photo", video: "🎬 Video", audio: "🎵 Audio", sticker: "Sticker", document: "📄 Document",
  location: "📍 Location", contacts: "👤 Contact", order: "🛒 Order", unsupported: "Unsupported message",
  request_welcome: "Opened the chat", system: "System message",
};

const plain = (text) => text.replace(/```|(?<!\w)[*_~](?=\S)|(?<=\S)[*_~](?!\w)/g, "");

/** A message in one line, without its marks. */
export function snippet(message) {
  return plain(said(message));
}

function said(message) {
  const content = message.content ?? {};
  switch (message.type) {
    case "text": return content.body ?? "";
    case "button": return content.text ?? "";
    case "reaction": return content.emoji ? `Reacted ${content.emoji}` : "Reaction removed";
    case "template": return `Template ${content.name}`;
    case "audio": return content.voice ? "🎤 Voice message" : KINDS.audio;
    case "document": return `📄 ${content.filename ?? "Document"}`;
    case "interactive":
      return (
        content.button_reply?.title ?? content.list_reply?.title ?? content.nfm_reply?.body ??
        content.body?.text ?? content.type ?? "Interactive"
      );
    default: return content.caption || KINDS[message.type] || message.type;
  }
}
