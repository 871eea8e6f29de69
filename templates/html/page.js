"use strict";
// Adds to a page that is complete without it: a switch between light and dark, the part that is being read, links to
// parts, a choice of editions, and all open on paper.
const root = document.documentElement;
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const target = (hash) => hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;

const theme = {
  // Storage can be refused, as it is for files in some browsers: the choice then holds for this page.
  saved() { try { return localStorage.getItem("theme"); } catch { return null; } },
  save(value) {
    try {
      if (value) localStorage.setItem("theme", value);
      else localStorage.removeItem("theme");
    } catch { /* as said */ }
  },
  system: matchMedia("(prefers-color-scheme: dark)"),
  get isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : this.system.matches; },
};
// Before the page is shown, so that it does not flash.
if (["dark", "light"].includes(theme.saved())) root.dataset.theme = theme.saved();

function switchTheme() {
  const button = document.querySelector(".theme");
  const show = () => { button.textContent = theme.isDark ? button.dataset.light : button.dataset.dark; };
  button.addEventListener("click", () => {
    const wanted = theme.isDark ? "light" : "dark";
    // What the system says anyway is left to it.
    const own = (wanted === "dark") === theme.system.matches ? "" : wanted;
    if (own) root.dataset.theme = own;
    else delete root.dataset.theme;
    theme.save(own);
    show();
  });
  theme.system.addEventListener("change", show);
  button.hidden = false;
  show();
}

function markCurrent() {
  const contents = document.querySelector(".contents");
  const box = contents.querySelector("details");
  const links = all("a", contents).map((link) => ({ link, part: target(link.hash) })).filter((item) => item.part);
  const wide = matchMedia("(min-width: 60rem)");
  let current = null;
  const mark = () => {
    const line = Math.max(160, 0.3 * innerHeight);
    const isAtEnd = scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 2;
    const passed = links.filter((item) => item.part.getBoundingClientRect().top <= line);
    const found = (isAtEnd ? links : passed).at(-1) ?? links[0];
    if (!found || found.link === current) return;
    current = found.link;
    for (const { link } of links) link.removeAttribute("aria-current");
    current.setAttribute("aria-current", "true");
    const entry = current.closest(".contents > details > ol > li");
    for (const item of all("details > ol > li", contents)) item.classList.toggle("reading", item === entry);
    if (wide.matches) {
      // Only the contents move, not the page.
      const seen = contents.getBoundingClientRect();
      const place = current.getBoundingClientRect();
      if (place.top < seen.top || place.bottom > seen.bottom) contents.scrollTop += place.top - seen.top - seen.height / 3;
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px", threshold: [0, 1] });
  links.forEach((item) => observer.observe(item.part));
  addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  contents.classList.add("live");
  // On a narrow screen they would stand before the text.
  const fit = () => { box.open = wide.matches; };
  wide.addEventListener("change", fit);
  contents.addEventListener("click", (event) => { if (event.target.closest("a") && !wide.matches) box.open = false; });
  fit();
  mark();
}

function addPermalinks(pattern) {
  for (const heading of all("main section[id] :is(h1, h2, h3)")) {
    const part = heading.closest("section[id]");
    const id = heading.tagName === "H1" ? part.id : heading.id;
    if (!id) continue;
    const link = document.createElement("a");
    link.className = "permalink";
    link.href = `#${encodeURIComponent(id)}`;
    link.textContent = "#";
    link.setAttribute("aria-label", fill(pattern, { title: heading.textContent.trim() }));
    // Beside the heading and not in it: its name stays what it is.
    const line = document.createElement("div");
    line.className = "heading";
    heading.before(line);
    line.append(heading, link);
  }
}

function labelCells() {
  // A narrow screen shows each row as a card, on which a cell says what its column's head says.
  for (const table of all(".prose table")) {
    const heads = all("thead th", table).map((head) => head.textContent.trim());
    const rows = all("tbody tr", table);
    if (heads.length < 3 || rows.some((row) => row.cells.length !== heads.length)) continue;
    for (const row of rows) Array.from(row.cells).forEach((cell, index) => { cell.dataset.label = heads[index]; });
    table.classList.add("labelled");
  }
}

function chooseEdition() {
  const choice = document.querySelector(".choose");
  if (!choice) return;
  const select = choice.querySelector("select");
  const show = () => all("details.since").forEach((item) => {
    item.hidden = item.id !== select.value;
    item.open = !item.hidden;
  });
  select.addEventListener("change", show);
  choice.hidden = false;
  show();
}

function openTarget() {
  const part = target(location.hash);
  let isClosed = false;
  for (let item = part; item; item = item.parentElement) {
    if (item.tagName === "DETAILS" && !item.open) isClosed = item.open = true;
  }
  if (isClosed) part.scrollIntoView();
}

function openOnPaper() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".facts details:not([open])");
    opened.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
}

document.addEventListener("DOMContentLoaded", () => {
  switchTheme();
  addPermalinks(document.querySelector("main").dataset.permalink);
  markCurrent();
  labelCells();
  chooseEdition();
  openTarget();
  addEventListener("hashchange", openTarget);
  openOnPaper();
});
