// The simulator's HTTP API, as docs/simulator.md describes it. A refusal is shown and thrown.

import { toast } from "./dom.js";

async function call(method, path, body) {
  const options = { method };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(`/api${path}`, options);
  } catch (error) {
    toast("The simulator does not answer. Is it still running?", "error");
    throw error;
  }
  const answer = await response.json();
  if (!response.ok) {
    toast(answer.error, "error");
    throw new Error(answer.error);
  }
  return answer;
}

const part = encodeURIComponent;
const lines = new Map();

/** One person's messages leave one after the other, as they were written. */
function write(key, message) {
  const sent = (lines.get(key) ?? Promise.resolve()).then(() => call("POST", `/people/${part(key)}/messages`, message));
  lines.set(key, sent.catch(() => {}));
  return sent;
}

export const api = {
  loadState: (state) => call("PUT", "/state/file", state),
  state: () => call("GET", "/state"),
  counters: () => call("GET", "/counters"),
  reset: () => call("POST", "/reset", {}),
  faults: (changes) => call("PATCH", "/faults", changes),
  noFaults: () => call("PUT", "/faults", {}),
  advance: (seconds) => call("POST", "/clock/advance", { seconds }),
  act: (key, action, given = {}) => call("POST", `/people/${part(key)}/actions/${action}`, given),
  service: (name, action) => call("POST", `/services/${part(name)}/${action}`, {}),
  addPerson: (person) => call("POST", "/people", person),
  write,
  letWindowPass: (key) => call("DELETE", `/people/${part(key)}/window`),
  exchanges: (query) => call("GET", `/exchanges?${new URLSearchParams(query)}`),
  exchange: (number) => call("GET", `/exchanges/${number}`),
  again: (number, how) => call("POST", `/exchanges/${number}/again`, how),
  timeline: (id) => call("GET", `/timelines/${part(id)}`),
  upload: (file) => {
    const form = new FormData();
    form.append("file", file, file.name);
    return call("POST", "/media", form);
  },
};
