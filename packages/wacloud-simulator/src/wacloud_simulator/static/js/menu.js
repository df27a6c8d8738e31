// A small menu beside the button that opened it: closes on Escape, on a click elsewhere, after a choice.

import { h, icon } from "./dom.js";

/** `items` are [icon, label, action]; `emoji` a row of {sign, label, on, act} above them, or a palette of many. */
export function openMenu(button, { items = [], emoji = [], palette = false }) {
  document.querySelector(".menu")?.close?.();
  const close = (focus = true) => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (focus && button.isConnected) button.focus();
  };
  const entry = (children, label, act, on) => h("button", {
    type: "button", role: "menuitem", "aria-label": label, class: on ? "on" : null, tabindex: "-1",
    onclick: () => { close(); act(); },
  }, ...children);
  const menu = h("div", { class: palette ? "menu palette" : "menu", role: "menu", "aria-label": button.getAttribute("aria-label") },
    emoji.length ? h("div", { class: "emoji-row", role: "group", "aria-label": "Emoji" },
      ...emoji.map(({ sign, label, on, act }) => entry([sign], label, act, on))) : null,
    ...items.map(([name, label, act]) => entry([icon(name), label], null, act)));
  menu.close = () => close(false);
  const outside = (event) => { if (!menu.contains(event.target)) close(false); };
  menu.addEventListener("keydown", (event) => {
    const entries = [...menu.querySelectorAll("button")];
    const at = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) entries[(at + step + entries.length) % entries.length].focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return close(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(menu);
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside);
  menu.querySelector("button").focus();
}

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + height + 8 < innerHeight;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
}
