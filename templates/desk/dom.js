// Elements made from data: text is always text, never markup.
export const byId = (id) => document.getElementById(id);
export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

/** Return an element; `on…` are listeners, true and false attributes are there or not, children may be nested lists. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...flat(children));
  return element;
}

const flat = (children) => children.flat(9).filter((child) => child !== null && child !== undefined && child !== false && child !== "");

/** Put other children in the place of an element's. */
export const fill = (element, ...children) => element.replaceChildren(...flat(children));

const start = byId("start") ? JSON.parse(byId("start").textContent) : { words: {} };
export const slug = start.slug;
export const language = start.language;

/** Return a word of the desk, with values in the places of `{name}`. */
export function t(key, values = {}) {
  const pattern = start.words[key];
  if (pattern === undefined) throw new Error(`no word ${key}`);
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return a redline as elements: what was deleted is struck out, what was inserted underlined. */
export const pieces = (items) => items.map(([kind, text]) =>
  kind === "deleted" ? h("del", {}, text) : kind === "inserted" ? h("ins", {}, text) : text);

/** Return a link that opens an editor at a place, or the place alone where no editor is to be opened. */
export const place = (text, link) => link
  ? h("a", { href: link, class: "place", title: t("open_editor") }, text)
  : h("span", { class: "place" }, text);

const SVG = "http://www.w3.org/2000/svg";
/** Return a pencil: no font need have one. */
export function pencil() {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", "M2.5 13.5l.8-3.2 7.8-7.8 2.4 2.4-7.8 7.8zM9.6 4l2.4 2.4");
  line.setAttribute("fill", "none");
  line.setAttribute("stroke", "currentColor");
  line.setAttribute("stroke-width", "1.2");
  drawing.append(line);
  return drawing;
}

let toastTimer = 0;
/** Say something for a while, without taking the focus. */
export function say(text, ...more) {
  const toast = byId("toast");
  fill(toast, h("span", {}, text), ...more);
  toast.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.classList.remove("shown"), 6000);
}
