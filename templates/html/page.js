"use strict";
// Adds to a page that is complete without it: a switch between light and dark, the section that is being read,
// links to sections, notes beside the text, sorting and filtering of the timeline, a choice of editions.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  const store = {
    // Storage can be refused, as it is for files in some browsers.
    get() { try { return localStorage.getItem("theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("theme", value); } catch { /* the choice holds for this page */ } },
  };

  function themeSwitch() {
    const button = document.querySelector(".theme");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
    const show = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
    const saved = store.get();
    if (saved === "dark" || saved === "light") root.dataset.theme = saved;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      store.set(root.dataset.theme);
      show();
    });
    dark.addEventListener("change", show);
    button.hidden = false;
    show();
  }

  function currentSection() {
    const links = new Map(all(".contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const targets = Array.from(links.keys()).map((id) => document.getElementById(id)).filter(Boolean);
    const mark = () => {
      const line = 0.3 * innerHeight;
      let current = targets[0];
      for (const target of targets) if (target.getBoundingClientRect().top <= line) current = target;
      for (const [id, link] of links) {
        if (current && id === current.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px", threshold: [0, 1] });
    targets.forEach((target) => observer.observe(target));
    addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
    mark();
    // On a narrow screen the contents would stand before the text.
    if (matchMedia("(max-width: 59.99rem)").matches) document.querySelector(".contents details").open = false;
  }

  function permalinks(pattern) {
    for (const heading of all("main :is(h1, h2, h3)")) {
      const owner = heading.id && !heading.id.startsWith("h_") ? heading : heading.closest("section[id]");
      if (!owner || !owner.id || (owner !== heading && heading.tagName !== "H1")) continue;
      const link = document.createElement("a");
      link.className = "permalink";
      link.href = "#" + owner.id;
      link.textContent = "#";
      link.setAttribute("aria-label", pattern.replace("{title}", heading.textContent.trim()));
      heading.append(link);
    }
  }

  function notes(pattern) {
    const main = document.querySelector("main");
    const wide = matchMedia("(min-width: 76rem)");
    const entries = all("sup.note-ref a, sup[id^='fnref'] a").map((link) => {
      const note = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      return note && { link, note, number: link.textContent.trim() };
    }).filter(Boolean);
    if (!entries.length) return;
    const copyOf = (entry, name, kind) => {
      const copy = document.createElement(kind);
      copy.className = name;
      copy.innerHTML = entry.note.innerHTML;
      all(".back-links, [id]", copy).forEach((item) => (item.matches(".back-links") ? item.remove() : item.removeAttribute("id")));
      const number = document.createElement("span");
      number.className = "number";
      number.textContent = entry.number;
      copy.prepend(number);
      return copy;
    };
    const beside = entries.map((entry) => {
      const copy = copyOf(entry, "sidenote", "div");
      // The note itself is read aloud at the end, where its number leads.
      copy.setAttribute("aria-hidden", "true");
      all("a", copy).forEach((link) => link.setAttribute("tabindex", "-1"));
      return copy;
    });
    const lay = () => {
      main.classList.toggle("with-sidenotes", wide.matches);
      if (!wide.matches) { beside.forEach((note) => note.remove()); return; }
      const top = main.getBoundingClientRect().top;
      let free = 0;
      entries.forEach((entry, index) => {
        const note = beside[index];
        main.append(note);
        const at = Math.max(entry.link.getBoundingClientRect().top - top - 4, free);
        note.style.top = at + "px";
        free = at + note.offsetHeight + 8;
      });
    };
    for (const entry of entries) {
      entry.link.setAttribute("aria-label", pattern.replace("{number}", entry.number));
      entry.link.addEventListener("click", (event) => {
        if (wide.matches) return;
        event.preventDefault();
        const block = entry.link.closest("p, li, dd, td") || entry.link.parentElement;
        const open = block.querySelector(`.inline-note[data-note="${entry.note.id}"]`);
        entry.link.setAttribute("aria-expanded", String(!open));
        if (open) { open.remove(); return; }
        const copy = copyOf(entry, "inline-note", "span");
        copy.dataset.note = entry.note.id;
        copy.setAttribute("role", "note");
        block.append(copy);
      });
      entry.link.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        const open = document.querySelector(`.inline-note[data-note="${entry.note.id}"]`);
        if (open) { open.remove(); entry.link.setAttribute("aria-expanded", "false"); }
      });
    }
    lay();
    wide.addEventListener("change", lay);
    new ResizeObserver(() => requestAnimationFrame(lay)).observe(document.querySelector(".layout"));
  }

  function timeline(pattern) {
    const table = document.querySelector(".timeline-table");
    const form = document.querySelector(".filters");
    if (!table || !form) return;
    const body = table.tBodies[0];
    const rows = all("tr.row", table);
    const order = new Map(rows.map((row, index) => [row, index]));
    const groups = all("tbody", table).map((part) => [part, all("tr", part)]);
    const cell = (row, key) => row.querySelector(`td[data-key="${key}"]`);
    const value = (row, key) => {
      const found = cell(row, key);
      const time = key === "date" && found.querySelector("time");
      const label = found.querySelector("summary");
      return time ? time.dateTime : found.dataset.value || (label || found).textContent.trim();
    };
    const count = form.querySelector("output");
    const filter = () => {
      const wanted = all("select", form).filter((select) => select.value);
      let shown = 0;
      for (const row of rows) {
        row.hidden = wanted.some((select) => value(row, select.dataset.key) !== select.value);
        shown += !row.hidden;
      }
      count.textContent = count.dataset.pattern.replace("{shown}", shown).replace("{total}", rows.length);
      for (const [, items] of groups) {
        const head = items.find((row) => row.matches(".group"));
        if (head) head.hidden = items.filter((row) => row.matches(".row")).every((row) => row.hidden);
      }
    };
    const restore = () => groups.forEach(([part, items]) => part.append(...items));
    const compare = new Intl.Collator(root.lang, { numeric: true }).compare;
    const sort = (head) => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const key = head.dataset.key;
      // The dates of the table are in order already: by the latest possible day, which a text cannot tell.
      const by = key === "date" ? (a, b) => order.get(a) - order.get(b) : (a, b) => compare(value(a, key), value(b, key)) || order.get(a) - order.get(b);
      body.append(...rows.slice().sort((a, b) => sign * by(a, b)));
    };
    for (const head of all("thead th[data-key]", table)) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.title = pattern.replace("{column}", head.textContent + button.textContent);
      button.addEventListener("click", () => sort(head));
      head.append(button);
    }
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => {
      all("th[aria-sort]", table).forEach((head) => head.removeAttribute("aria-sort"));
      restore();
      filter();
    }));
    form.hidden = false;
    filter();
  }

  function editions() {
    const choose = document.querySelector(".choose");
    if (!choose) return;
    const select = choose.querySelector("select");
    const show = () => all("details.since").forEach((item) => {
      item.hidden = item.id !== select.value;
      item.open = item.id === select.value;
    });
    select.addEventListener("change", show);
    choose.hidden = false;
    show();
  }

  function openTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let item = target; item; item = item.parentElement) if (item.tagName === "DETAILS") item.open = true;
  }

  const words = document.querySelector("main").dataset;
  themeSwitch();
  currentSection();
  timeline(words.sort);
  editions();
  permalinks(words.permalink);
  notes(words.note);
  openTarget();
  addEventListener("hashchange", openTarget);
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
});
