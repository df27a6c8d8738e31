// Records a voice message: press to speak, press again to send, Escape to throw it away.

// What WhatsApp takes: Opus in Ogg where the browser writes it, else in MP4.
const TYPES = ["audio/ogg;codecs=opus", "audio/mp4;codecs=opus", "audio/mp4"];

export class Voice {
  #recorder = null;

  /** `send` is given the file, or null where nothing can be recorded. */
  constructor(button, send) {
    this.button = button;
    this.send = send;
    button.addEventListener("click", () => (this.#recorder ? this.#recorder.stop() : this.#start()));
    button.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#cancel(); });
  }

  async #start() {
    const type = TYPES.find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
    const stream = type ? await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null) : null;
    if (!stream) return this.send(null);
    const parts = [];
    this.#recorder = new MediaRecorder(stream, { mimeType: type });
    this.#recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.#recorder.addEventListener("stop", () => {
      const cancelled = this.#recorder === null;
      this.#recorder = null;
      for (const track of stream.getTracks()) track.stop();
      this.#show(false);
      if (!cancelled) this.send(new File(parts, `voice.${type.slice(6, 9)}`, { type: type.split(";")[0] }));
    });
    this.#recorder.start();
    this.#show(true);
  }

  #cancel() {
    const recorder = this.#recorder;
    this.#recorder = null;
    recorder?.stop();
  }

  #show(recording) {
    this.button.classList.toggle("recording", recording);
    this.button.setAttribute("aria-pressed", String(recording));
  }
}
