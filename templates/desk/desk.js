// The desk: which view is shown, what the server says, and the switch between light and dark.
import { get, Refusal } from "./api.js";
import { all, byId, say, slug, t } from "./dom.js";
import { Editions } from "./editions.js";
import { Facts } from "./facts.js";
import { readCodes } from "./findings.js";
import { Preview } from "./preview.js";
import { Proposals } from "./proposals.js";
import { Stream } from "./stream.js";

// The changed page is looked for first; the server has lists made when it is there.
const PAGES_FIRST_MS = 700;
const VIEWS = ["pages", "facts", "proposals", "editions"];

const desk = { material: null, instance: "", stamp: "" };

const preview = new Preview((look) => stream.open(look));
const facts = new Facts(loadMaterial);
const proposals = new Proposals(loadMaterial);
const editions = new Editions();
const views = { pages: preview, facts, proposals, editions };
const stream = new Stream(heard, linked);

function shownView() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  return VIEWS.includes(name) ? [name, decodeURIComponent(rest.join("/"))] : ["pages", ""];
}

let last = "";
function show() {
  const [name, rest] = shownView();
  for (const view of VIEWS) byId(`view-${view}`).hidden = view !== name;
  for (const link of all(".views a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = name;
  document.title = `${t(`view_${name}`)} · ${t("desk_title")}`;
  if (last && last !== name) {
    byId("main").focus({ preventScroll: true });
    if (name !== "pages") scrollTo(0, 0);
  }
  last = name;
  views[name].show(rest);
}

function heard(name, data) {
  if (name === "hello") {
    if (desk.instance && desk.instance !== data.instance) say(t("back_again"));
    desk.instance = data.instance;
  } else if (name === "pages") {
    preview.take(data);
  } else if (name === "state" && data.stamp !== desk.stamp) {
    desk.stamp = data.stamp;
    clearTimeout(desk.later);
    desk.later = setTimeout(() => {
      loadMaterial();
      proposals.load();
      editions.outdate();
    }, PAGES_FIRST_MS);
  }
}

function linked(state) {
  const link = byId("link");
  if (link.dataset.state !== state) {
    link.dataset.state = state;
    link.querySelector(".link-text").textContent = t(`link_${state}`);
  }
  byId("lost").hidden = state !== "lost";
  document.body.classList.toggle("is-lost", state === "lost");
}

/** Read sections and facts anew, and tell all views of them. */
async function loadMaterial() {
  try {
    desk.material = await get("material");
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.status) facts.fail(refusal);
    return;
  }
  preview.know(desk.material);
  const [first] = desk.material.variants ?? [];
  const isShown = desk.material.variants?.some(([view, locale]) => view === preview.view && locale === preview.locale);
  // Of content that could not be read until now, nobody knew in which language it is.
  if (first && preview.view && !isShown) preview.look(...first);
  facts.know(desk.material);
  proposals.know(desk.material);
}

function switchTheme() {
  const root = document.documentElement;
  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const tell = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page */ }
    tell();
  });
  system.addEventListener("change", tell);
  tell();
}

switchTheme();
byId("retry").addEventListener("click", () => stream.retry());
byId("briefing")?.addEventListener("change", (event) => {
  location.href = `/b/${encodeURIComponent(event.target.value)}${location.hash}`;
});
addEventListener("hashchange", show);
show();
readCodes().then(loadMaterial).then(() => {
  const [view, locale] = desk.material?.variants?.[0] ?? ["full", "zh-Hans"];
  preview.look(view, locale);
});
proposals.load();
