// Makes elements. Text is always text: nothing here or elsewhere writes HTML from a string.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, `on…` listeners and children; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** One of the page's own drawings; with a label it is an image, without one it is decoration. */
export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    const title = document.createElementNS(SVG, "title");
    title.textContent = label;
    svg.append(title);
  } else svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A round picture of somebody: initials on a colour of their own. */
export function avatar(name, key) {
  let hue = 0;
  for (const sign of key) hue = (hue * 31 + sign.codePointAt(0)) % 8;
  const words = name.replace(/^\+/, "").split(/[\s._-]+/).filter(Boolean);
  const initials = words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] ?? "?").slice(0, 2);
  return h("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials.toUpperCase());
}

/** A few words that go away by themselves; errors stay longer. */
export function toast(text, kind = "note") {
  const place = document.getElementById("toasts");
  const shown = h("p", { class: `toast ${kind}` }, text);
  place.append(shown);
  setTimeout(() => shown.remove(), kind === "error" ? 8000 : 3000);
}

/** Copies a text and says so. */
export async function copy(text, what) {
  await navigator.clipboard.writeText(text);
  toast(`${what} copied`);
}
