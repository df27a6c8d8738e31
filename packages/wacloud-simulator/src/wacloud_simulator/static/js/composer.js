// Where a person writes: text, emoji, files, voice, places, contacts, and the message that is answered.

import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { snippet } from "./format.js";
import { openMenu } from "./menu.js";
import { Voice } from "./voice.js";
import { sendContact, sendJson, sendLocation } from "./dialogs.js";

const EMOJI = [..."😀😄😂🙂😉😍😘🤔😎😴😢😡👍👎👏🙏💪👋🎉🔥✨💯✅❌🚗🚙🏁💰💳📷📍📄📅⏰💙💚🤝😅🥳🔑"];
const FILES = { image: "image/jpeg,image/png", video: "video/mp4,video/3gpp", audio: "audio/*", document: "*/*" };

export class Composer {
  constructor(store, focusMessages) {
    this.store = store;
    this.form = document.getElementById("composer");
    this.text = document.getElementById("composer-text");
    this.bar = document.getElementById("reply-bar");
    this.file = document.getElementById("composer-file");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#write(); });
    this.text.addEventListener("input", () => this.#grow());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#write(); }
      if (event.key === "ArrowUp" && this.text.value === "" && !event.altKey) { event.preventDefault(); focusMessages(); }
      if (event.key === "Escape") this.quote(null);
    });
    this.text.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    this.form.addEventListener("dragover", (event) => event.preventDefault());
    this.form.addEventListener("drop", (event) => this.#take(event, event.dataTransfer));
    this.file.addEventListener("change", () => this.#upload(this.file.files[0], this.file.dataset.kind));
    document.getElementById("composer-attach").addEventListener("click", (event) => this.#attach(event.currentTarget));
    document.getElementById("composer-emoji").addEventListener("click", (event) => this.#emoji(event.currentTarget));
    new Voice(document.getElementById("composer-voice"), (file) => this.#speak(file));
    this.#grow();
  }

  /** Whose phone this is. */
  open(key) {
    this.key = key;
    this.quote(null);
    this.text.setAttribute("aria-label", `Write as ${this.store.person(key).name}`);
  }

  /** The message that the next one answers; null for none. */
  quote(message) {
    this.quoted = message;
    this.bar.hidden = message === null;
    if (message === null) return;
    const who = message.from_person ? this.store.person(message.person).name : this.store.business.name;
    this.bar.replaceChildren(
      h("span", {}, h("strong", {}, who), h("span", {}, snippet(message))),
      h("button", { type: "button", class: "plain", "aria-label": "Do not reply to this message", onclick: () => this.quote(null) }, icon("close")));
    this.text.focus();
  }

  send(message) {
    const context = this.quoted ? { context: { id: this.quoted.id } } : {};
    this.quote(null);
    return api.write(this.key, { ...context, ...message });
  }

  #write() {
    const body = this.text.value.trim();
    if (!body) return;
    this.text.value = "";
    this.#grow();
    this.send({ type: "text", text: { body } });
  }

  #grow() {
    this.text.style.height = "auto";
    // Where the pane is hidden there is nothing to measure.
    if (this.text.scrollHeight) this.text.style.height = `${Math.min(this.text.scrollHeight, 140)}px`;
    this.form.classList.toggle("writing", this.text.value.trim() !== "");
  }

  #attach(button) {
    openMenu(button, {
      items: [
        ["image", "Photo, a sample", () => this.send({ type: "image", image: { caption: this.#caption() } })],
        ["image", "Photo from a file…", () => this.#choose("image")],
        ["video", "Video from a file…", () => this.#choose("video")],
        ["sound", "Audio from a file…", () => this.#choose("audio")],
        ["document", "Document, a sample", () => this.send({ type: "document", document: {} })],
        ["document", "Document from a file…", () => this.#choose("document")],
        ["sticker", "Sticker", () => this.send({ type: "sticker", sticker: {} })],
        ["pin", "Location…", () => sendLocation((location) => this.send({ type: "location", location }))],
        ["person", "Contact…", () => sendContact((contacts) => this.send({ type: "contacts", contacts }))],
        ["out", "Come through an ad", () => this.send({ type: "text", text: { body: this.#caption() ?? "Oi! Vi o anúncio." }, referral: true })],
        ["code", "Anything, as JSON…", () => sendJson((message) => this.send(message))],
      ],
    });
  }

  #emoji(button) {
    openMenu(button, { palette: true, emoji: EMOJI.map((sign) => ({ sign, label: sign, on: false, act: () => this.#insert(sign) })) });
  }

  #insert(sign) {
    this.text.setRangeText(sign, this.text.selectionStart, this.text.selectionEnd, "end");
    this.#grow();
    this.text.focus();
  }

  #caption() {
    const caption = this.text.value.trim() || undefined;
    this.text.value = "";
    this.#grow();
    return caption;
  }

  #choose(kind) {
    this.file.dataset.kind = kind;
    this.file.accept = FILES[kind];
    this.file.value = "";
    this.file.click();
  }

  #take(event, data) {
    const file = data.files[0];
    if (!file) return;
    event.preventDefault();
    const kind = file.type.split("/")[0];
    this.#upload(file, kind in FILES ? kind : "document");
  }

  /** A recording; where there is none, two seconds of silence. */
  async #speak(file) {
    const recorded = file ? { id: (await api.upload(file)).id } : {};
    this.send({ type: "audio", audio: { ...recorded, voice: true } });
  }

  async #upload(file, kind) {
    if (!file) return;
    const { id } = await api.upload(file);
    const content = { id, ...(kind === "document" ? { filename: file.name } : {}), ...(kind === "audio" ? { voice: false } : {}) };
    if (kind !== "audio") content.caption = this.#caption();
    await this.send({ type: kind, [kind]: content });
  }
}
