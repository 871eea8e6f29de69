// The pages as they will print, beside sections, facts and findings; the web edition in their place where it is asked for.
import { all, byId, fill, h, pencil, say, slug, t } from "./dom.js";
import { findingItem } from "./findings.js";

const SCALES = [1, 1.5, 2, 3, 4];
const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25, 1.5, 2];
// CSS pixels of a point.
const PIXELS = 96 / 72;
const FEW_FINDINGS = 5;

export class Preview {
  constructor(open) {
    this.open = open;
    this.snapshot = null;
    this.material = null;
    this.zoom = 0; // 0 fits the width
    this.shape = "print";
    this.isPlaced = false;
    this.showsAll = false;
    this.changesSeen = 0;
    this.sheets = byId("sheets");
    this.near = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        entry.target.isNear = entry.isIntersecting;
        if (entry.isIntersecting) this.draw(entry.target);
      }
    }, { root: this.sheets, rootMargin: "1200px 0px" });
    this.listen();
  }

  listen() {
    byId("zoom-in").addEventListener("click", () => this.step(1));
    byId("zoom-out").addEventListener("click", () => this.step(-1));
    byId("zoom-fit").addEventListener("click", () => this.setZoom(0));
    byId("to-change").addEventListener("click", () => this.toChange());
    byId("page-number").addEventListener("change", (event) => this.to(Number(event.target.value)));
    byId("variant").addEventListener("change", (event) => this.look(...event.target.value.split("/")));
    for (const button of all("[data-shape]")) {
      button.addEventListener("click", () => this.setShape(button.dataset.shape));
    }
    this.sheets.addEventListener("scroll", () => {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.follow());
    }, { passive: true });
    this.sheets.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.measure()).observe(this.sheets);
    const narrow = matchMedia("(max-width: 59.99rem)");
    const fold = () => { byId("fold").open = !narrow.matches; };
    narrow.addEventListener("change", fold);
    fold();
    fill(this.sheets, h("p", { class: "waiting" }, t("pages_waiting")));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      n: () => this.to(this.current + 1), j: () => this.to(this.current + 1),
      p: () => this.to(this.current - 1), k: () => this.to(this.current - 1),
      c: () => this.toChange(), "+": () => this.step(1), "-": () => this.step(-1), 0: () => this.setZoom(0),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  show() {
    this.measure();
  }

  /** Look at another view or locale. */
  look(view, locale) {
    this.view = view;
    this.locale = locale;
    this.isPlaced = false;
    byId("variant").value = `${view}/${locale}`;
    byId("web-alone").href = `${this.address("web")}?alone=1`;
    this.open(`${view}/${locale}`);
  }

  address(kind) {
    return `/${kind}/${encodeURIComponent(slug)}/${this.view}/${this.locale}`;
  }

  /** Take what the briefing is made of. */
  know(material) {
    // Of content that cannot be read just now, what was known before is of more use than nothing.
    if (material.broken && this.material) return;
    this.material = material;
    const select = byId("variant");
    const variants = material.variants ?? [];
    byId("variant-field").hidden = variants.length < 2;
    fill(select, variants.map(([view, locale]) =>
      h("option", { value: `${view}/${locale}` }, `${t(`shape_${view}`)} · ${t(`locale_${locale}`)}`)));
    if (this.view) select.value = `${this.view}/${this.locale}`;
    byId("web-alone").href = `${this.address("web")}?alone=1`;
    this.listSections();
    this.listFacts();
    if (this.snapshot) this.describe();
  }

  /** Take new pages. */
  take(snapshot) {
    const before = this.snapshot;
    this.snapshot = snapshot;
    const anchor = this.anchor();
    if (snapshot.pages.length) this.lay(snapshot);
    this.place(anchor);
    this.describe();
    this.listSections();
    this.listFindings();
    this.tellChange(before);
    if (this.shape === "web" && snapshot.exact) this.loadWeb();
  }

  // Pages

  lay(snapshot) {
    const count = snapshot.pages.length;
    for (const old of all(".waiting", this.sheets)) old.remove();
    const figures = all("figure", this.sheets);
    for (const extra of figures.slice(count)) {
      this.near.unobserve(extra);
      extra.remove();
    }
    snapshot.pages.forEach((page, index) => {
      let figure = figures[index];
      if (!figure) {
        figure = this.sheet();
        this.sheets.append(figure);
        this.near.observe(figure);
      }
      this.renew(figure, page, snapshot);
    });
    byId("page-total").textContent = t("of_pages", { count });
  }

  sheet() {
    return h("figure", { class: "sheet" },
      h("div", { class: "paper" }, h("img", { alt: "" }), h("div", { class: "marks", "aria-hidden": "true" })),
      h("figcaption", {}));
  }

  renew(figure, page, snapshot) {
    figure.id = `page-${page.number}`;
    figure.page = page;
    figure.dataset.digest = page.digest;
    figure.classList.toggle("changed", page.changed);
    figure.classList.toggle("provisional", !page.exact);
    const paper = figure.querySelector(".paper");
    paper.style.aspectRatio = `${page.width} / ${page.height}`;
    const boxes = page.changed ? snapshot.marks[String(page.number)] ?? [] : [];
    fill(figure.querySelector(".marks"), boxes.map(([left, top, right, bottom]) => {
      const box = h("span", {});
      Object.assign(box.style, {
        left: `${left * 100}%`, top: `${top * 100}%`, width: `${(right - left) * 100}%`, height: `${(bottom - top) * 100}%`,
      });
      return box;
    }));
    const title = this.title(page.section);
    figure.querySelector("img").alt = t("page_alt", { number: page.number, title });
    fill(figure.querySelector("figcaption"),
      h("span", { class: "folio" }, page.label || page.number), title && h("span", {}, title),
      page.changed && h("span", { class: "tag" }, t("page_changed")),
      !page.exact && h("span", { class: "tag faint" }, t("page_provisional")));
    if (figure.isNear) this.draw(figure);
  }

  async draw(figure) {
    const page = figure.page;
    const image = figure.querySelector("img");
    const width = figure.querySelector(".paper").clientWidth;
    if (!page || !width) return;
    const wanted = width * devicePixelRatio / page.width;
    const scale = SCALES.find((one) => one >= wanted * 0.98) ?? SCALES.at(-1);
    const address = `${this.address("pages")}/${page.digest}.png?scale=${scale}`;
    if (image.dataset.address === address) return;
    image.dataset.address = address;
    // The old image stays until the new one is there: nothing flashes.
    const next = new Image();
    next.src = address;
    try {
      await next.decode();
    } catch {
      if (image.dataset.address === address) delete image.dataset.address;
      return;
    }
    if (image.dataset.address !== address) return;
    image.src = address;
    image.dataset.shown = page.digest;
  }

  anchor() {
    const top = this.sheets.getBoundingClientRect().top;
    const figure = all("figure", this.sheets).find((one) => one.getBoundingClientRect().bottom > top + 40);
    if (!figure) return null;
    const box = figure.getBoundingClientRect();
    return { digest: figure.dataset.digest, number: figure.page.number, part: (top - box.top) / box.height };
  }

  place(anchor) {
    const figures = all("figure", this.sheets);
    if (!figures.length) return;
    let wanted = anchor;
    if (!this.isPlaced) {
      this.isPlaced = true;
      wanted = this.remembered();
      this.measure();
    }
    if (!wanted) {
      this.follow();
      return;
    }
    const same = figures.filter((one) => one.dataset.digest === wanted.digest);
    const distance = (one) => Math.abs(one.page.number - wanted.number);
    const found = same.sort((one, other) => distance(one) - distance(other))[0]
      ?? figures[Math.min(wanted.number, figures.length) - 1];
    const box = found.getBoundingClientRect();
    this.sheets.scrollTop += box.top + wanted.part * box.height - this.sheets.getBoundingClientRect().top;
    this.follow();
  }

  remembered() {
    try { return JSON.parse(sessionStorage.getItem(`place/${slug}/${this.view}/${this.locale}`)); } catch { return null; }
  }

  follow() {
    const figures = all("figure", this.sheets);
    if (!figures.length || this.sheets.hidden || !this.sheets.clientHeight) return;
    const box = this.sheets.getBoundingClientRect();
    const line = box.top + box.height * 0.4;
    const isAtEnd = this.sheets.scrollTop + this.sheets.clientHeight >= this.sheets.scrollHeight - 4;
    const found = isAtEnd && this.sheets.scrollTop > 0 ? figures.at(-1)
      : figures.filter((one) => one.getBoundingClientRect().top <= line).at(-1) ?? figures[0];
    if (document.activeElement !== byId("page-number")) byId("page-number").value = found.page.number;
    try {
      sessionStorage.setItem(`place/${slug}/${this.view}/${this.locale}`, JSON.stringify(this.anchor()));
    } catch { /* the place is then the top */ }
    if (this.current === found.page.number && this.section === found.page.section) return;
    this.current = found.page.number;
    this.section = found.page.section;
    this.markSection();
    this.listFacts();
  }

  to(number) {
    const figures = all("figure", this.sheets);
    const figure = figures[Math.min(Math.max(Math.trunc(number) || 1, 1), figures.length) - 1];
    if (figure) this.reveal(figure);
  }

  reveal(figure, part = 0) {
    const box = figure.getBoundingClientRect();
    this.sheets.scrollTop += box.top + part * box.height - this.sheets.getBoundingClientRect().top - 16;
    this.follow();
  }

  /** Go to the next change: first to those in sections, then to what every edit changes, such as the content's hash. */
  toChange() {
    const changed = (this.snapshot?.changed ?? []).map((number) => this.snapshot.pages[number - 1]).filter(Boolean);
    const ordered = [...changed.filter((page) => this.isSection(page.section)), ...changed.filter((page) => !this.isSection(page.section))];
    if (!ordered.length) return;
    const { number } = ordered[this.changesSeen++ % ordered.length];
    const figure = byId(`page-${number}`);
    const [box] = this.snapshot.marks[String(number)] ?? [];
    if (figure) this.reveal(figure, box ? Math.max(0, box[1] - 0.15) : 0);
  }

  tellChange(before) {
    const { changed } = this.snapshot;
    const button = byId("to-change");
    button.hidden = !changed.length;
    if (!changed.length) return;
    const pages = brief(changed);
    button.textContent = pages.length < 8 ? t("to_change_page", { pages }) : t("to_change_count", { count: changed.length });
    const isNew = before && JSON.stringify(before.changed) !== JSON.stringify(changed)
      || before && changed.some((one) => before.pages[one - 1]?.digest !== this.snapshot.pages[one - 1]?.digest);
    if (isNew) this.changesSeen = 0;
    if (isNew && !changed.some((one) => this.isSeen(byId(`page-${one}`)))) {
      say(t("changed_elsewhere", { pages: brief(changed) }), h("button", { type: "button", onclick: () => this.toChange() }, t("to_change")));
    }
  }

  isSeen(figure) {
    if (!figure || document.body.dataset.view !== "pages") return true;
    const box = figure.getBoundingClientRect();
    const stage = this.sheets.getBoundingClientRect();
    return box.bottom > stage.top + 60 && box.top < stage.bottom - 60;
  }

  step(direction) {
    const now = this.zoom || this.sheets.querySelector(".paper")?.clientWidth / this.width() || 1;
    const next = direction > 0 ? ZOOMS.find((one) => one > now + 0.01) : ZOOMS.findLast((one) => one < now - 0.01);
    if (next) this.setZoom(next);
  }

  setZoom(zoom) {
    const anchor = this.anchor();
    this.zoom = zoom;
    this.measure();
    this.place(anchor);
  }

  width() {
    return (this.snapshot?.pages[0]?.width ?? 595) * PIXELS;
  }

  measure() {
    const room = this.sheets.clientWidth - (this.sheets.clientWidth < 600 ? 24 : 64);
    if (room <= 0) return;
    const fitting = Math.min(room, this.width() * 1.1);
    const wanted = this.zoom ? this.width() * this.zoom : fitting;
    this.sheets.style.setProperty("--sheet-width", `${Math.round(wanted)}px`);
    byId("zoom-fit").setAttribute("aria-pressed", String(this.zoom === 0));
    for (const figure of all("figure", this.sheets)) if (figure.isNear) this.draw(figure);
  }

  // What is said of them

  describe() {
    const { snapshot } = this;
    const state = byId("state");
    const count = snapshot.pages.length;
    const isExact = snapshot.exact && !snapshot.error;
    state.textContent = !count ? "" : snapshot.error ? t("state_outdated") : t(isExact ? "state_exact" : "state_provisional");
    state.dataset.exact = String(isExact);
    const trouble = byId("trouble");
    trouble.hidden = !snapshot.error;
    fill(trouble, snapshot.error && [h("strong", {}, t(count ? "trouble" : "trouble_none")), h("span", { lang: "en" }, snapshot.error)]);
    this.sheets.classList.toggle("outdated", Boolean(snapshot.error));
    if (!count && snapshot.error) fill(this.sheets, h("p", { class: "waiting" }, t("pages_none")));
    for (const figure of all("figure", this.sheets)) this.renew(figure, figure.page, snapshot);
  }

  /** Return whether a page is of a section, and not of a part such as the contents, which the briefing puts together. */
  isSection(id) {
    return Boolean(this.material?.sections.some((one) => one.id === id));
  }

  title(section) {
    return this.material?.sections.find((one) => one.id === section)?.title ?? "";
  }

  listSections() {
    const sections = this.material?.sections ?? [];
    const pages = this.snapshot?.pages ?? [];
    const changed = new Set(pages.filter((page) => page.changed).map((page) => page.section));
    const rows = sections.map((section) => {
      const page = pages.find((one) => one.section === section.id);
      return h("li", { "data-section": section.id },
        h("button", { type: "button", disabled: !page, onclick: () => this.to(page.number) },
          h("span", { class: "section-title" }, section.title),
          changed.has(section.id) && h("span", { class: "tag" }, t("section_changed")),
          page && h("span", { class: "folio" }, page.label || page.number)),
        section.link && h("a", { href: section.link, class: "edit", "aria-label": t("edit_section", { title: section.title }), title: t("open_editor") }, pencil()));
    });
    fill(byId("sections"), rows.length ? rows : h("li", { class: "hint" }, this.material?.broken ? t("facts_broken") : t("sections_none")));
    this.markSection();
  }

  markSection() {
    for (const item of all("#sections [data-section] button")) {
      if (item.parentElement.dataset.section === this.section) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  listFacts() {
    const facts = this.material?.facts ?? [];
    const here = facts.filter((fact) => fact.used.some((use) => use.section === this.section));
    byId("brief-hint").textContent = here.length || !facts.length ? "" : t(this.isSection(this.section) ? "facts_here_none" : "facts_here_elsewhere");
    fill(byId("brief"), here.map((fact) => h("li", {},
      h("a", { href: `#facts/${fact.id}` },
        h("span", { class: `dial ${fact.verdict}`, "aria-hidden": "true" }),
        h("span", { class: "brief-label" }, fact.label),
        h("span", { class: "brief-date" }, fact.date),
        h("span", { class: "unseen" }, t(`verdict_${fact.verdict}`))))));
  }

  listFindings() {
    const findings = this.snapshot?.findings ?? [];
    const errors = findings.filter((item) => item.severity === "error").length;
    const count = byId("finding-count");
    count.textContent = findings.length || "";
    count.dataset.grave = String(errors > 0);
    const ordered = [...findings].sort((one, other) => (one.severity === "error" ? 0 : 1) - (other.severity === "error" ? 0 : 1));
    const shown = this.showsAll ? ordered : ordered.slice(0, FEW_FINDINGS);
    fill(byId("findings"),
      findings.length ? h("ol", {}, shown.map(findingItem)) : h("p", { class: "hint good" }, t("findings_none")),
      ordered.length > FEW_FINDINGS && h("button", { type: "button", class: "plain", onclick: () => { this.showsAll = !this.showsAll; this.listFindings(); } },
        this.showsAll ? t("findings_few") : t("findings_all", { count: ordered.length })));
  }

  // The web edition

  setShape(shape) {
    this.shape = shape;
    for (const button of all("[data-shape]")) button.setAttribute("aria-pressed", String(button.dataset.shape === shape));
    document.body.dataset.shape = shape;
    this.sheets.hidden = shape === "web";
    byId("web").hidden = shape !== "web";
    byId("web-alone").hidden = shape !== "web";
    byId("web-wait").hidden = true;
    if (shape === "web") this.loadWeb();
    else this.measure();
  }

  loadWeb() {
    const old = byId("web");
    const next = h("iframe", { title: old.title, sandbox: "allow-same-origin", class: "loading" });
    byId("web-wait").hidden = Boolean(old.src);
    next.addEventListener("load", () => {
      const made = next.contentDocument;
      // One that is not made yet says so by an empty page; the next pages bring it.
      if (!made?.querySelector("main")) {
        next.remove();
        return;
      }
      byId("web-wait").hidden = true;
      const scrolled = old.contentWindow?.scrollY ?? 0;
      if (old.contentDocument?.querySelector("main")) markNew(old.contentDocument, made);
      next.contentWindow.scrollTo(0, scrolled);
      old.remove();
      next.id = "web";
      next.hidden = this.shape !== "web";
      next.classList.remove("loading");
    }, { once: true });
    for (const stale of all("iframe.loading")) stale.remove();
    next.src = this.address("web");
    old.after(next);
  }
}

const BLOCKS = "main :is(p, li, h1, h2, h3, td, th, dd, figcaption)";
function markNew(before, after) {
  const known = new Set(all(BLOCKS, before).map((one) => one.textContent));
  for (const block of all(BLOCKS, after)) {
    if (known.has(block.textContent) || block.querySelector(BLOCKS.replace("main ", ""))) continue;
    block.style.boxShadow = "-0.6em 0 0 -0.35em #0e7490";
    block.style.background = "color-mix(in srgb, #0e7490 9%, transparent)";
  }
}


/** Return numbers of pages as ranges: 3–5、9. */
function brief(numbers) {
  const parts = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  const texts = parts.map(([first, last]) => first === last ? `${first}` : `${first}–${last}`);
  return texts.length > 4 ? `${texts.slice(0, 4).join(t("list_separator"))}…` : texts.join(t("list_separator"));
}
