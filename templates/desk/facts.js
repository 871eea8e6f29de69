// The facts: a table or a timeline, what narrows it down, and one fact opened beside it.
import { all, byId, fill, h, t } from "./dom.js";
import { FactPanel } from "./fact.js";

const VERDICT_ORDER = ["stale", "ageing", "unchecked", "fresh"];
// A browser draws thousands of rows slowly; nobody reads them all.
const MOST_ROWS = 400;
const COLUMNS = ["date", "label", "jurisdiction", "standing", "checked", "review", "sources", "used"];

export class Facts {
  constructor(reload) {
    this.root = byId("view-facts");
    this.panel = new FactPanel(reload, (id) => this.close(id));
    this.shape = "table";
    this.sort = { by: "date", up: true };
    this.material = null;
    this.opened = "";
    this.most = MOST_ROWS;
    this.build();
  }

  build() {
    this.search = h("input", { type: "search", id: "fact-search", placeholder: t("search_hint"), oninput: () => this.list() });
    this.filters = Object.fromEntries(["care", "standing", "jurisdiction", "kind"].map((name) =>
      [name, h("select", { id: `fact-${name}`, onchange: () => this.list() })]));
    this.count = h("p", { class: "hint", role: "status" });
    this.body = h("div", { class: "fact-list" });
    this.trouble = h("div", { class: "banner trouble", role: "alert", hidden: true });
    fill(this.root,
      h("div", { class: "facts-main" },
        h("header", { class: "head" },
          h("h1", { id: "title-facts" }, t("view_facts")),
          h("div", { class: "choice", role: "group", "aria-label": t("facts_shape") },
            ["table", "timeline"].map((shape) => h("button", { type: "button", "data-facts": shape, "aria-pressed": String(shape === this.shape), onclick: () => this.setShape(shape) }, t(`facts_${shape}`))))),
        this.trouble,
        h("div", { class: "filters", role: "search", "aria-label": t("filters") },
          h("label", { class: "field wide" }, h("span", {}, t("search")), this.search),
          Object.entries(this.filters).map(([name, select]) => h("label", { class: "field" }, h("span", {}, t(`filter_${name}`)), select)),
          h("button", { type: "button", class: "plain", onclick: () => this.reset() }, t("filter_reset"))),
        this.count, this.body),
      this.panel.root);
    fill(this.body, h("p", { class: "waiting" }, t("facts_waiting")));
  }

  setShape(shape) {
    this.shape = shape;
    for (const button of all("[data-facts]")) button.setAttribute("aria-pressed", String(button.dataset.facts === shape));
    this.list();
  }

  reset() {
    this.search.value = "";
    for (const select of Object.values(this.filters)) select.value = "";
    this.list();
  }

  /** Take what the briefing is made of. */
  know(material) {
    this.material = material;
    this.trouble.hidden = !material.broken;
    if (material.broken) {
      fill(this.trouble, h("strong", {}, t("facts_broken")), h("a", { href: "#pages" }, t("facts_broken_where")));
    }
    this.offer("care", ["any", ...VERDICT_ORDER, "due", "unused"].map((one) => [one, t(`care_${one}`)]));
    for (const name of ["standing", "jurisdiction", "kind"]) {
      const words = new Map(material.facts.map((fact) => [fact[name], fact[`${name}_word`]]));
      this.offer(name, [...words].sort((one, other) => one[1].localeCompare(other[1], "zh")));
    }
    this.list();
    this.panel.know(material);
    if (!this.root.hidden) this.show(this.opened);
  }

  /** Say why there is nothing. */
  fail(refusal) {
    fill(this.body, h("div", { class: "banner trouble", role: "alert" }, h("strong", {}, refusal.message), h("span", {}, refusal.hint)));
  }

  offer(name, choices) {
    const select = this.filters[name];
    const before = select.value;
    fill(select, h("option", { value: "" }, t("all")), choices.map(([value, word]) => h("option", { value }, word)));
    select.value = choices.some(([value]) => value === before) ? before : "";
  }

  /** Show one fact beside the others, or none. */
  show(id) {
    const was = this.opened;
    this.opened = id;
    const fact = this.material?.facts.find((one) => one.id === id);
    this.root.classList.toggle("has-panel", Boolean(fact));
    this.panel.show(fact ?? null, was !== id);
    for (const row of all("[data-fact]", this.body)) row.classList.toggle("opened", row.dataset.fact === id);
    // Whoever comes from elsewhere sees where in the list they are.
    if (fact && was !== id) this.body.querySelector(".opened")?.scrollIntoView({ block: "nearest" });
  }

  close(id) {
    location.hash = "#facts";
    this.body.querySelector(`[data-fact="${CSS.escape(id)}"] a`)?.focus();
  }

  chosen() {
    const words = this.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const { care, standing, jurisdiction, kind } = Object.fromEntries(Object.entries(this.filters).map(([name, select]) => [name, select.value]));
    return (this.material?.facts ?? []).filter((fact) => {
      const text = `${fact.id} ${fact.label} ${fact.note} ${fact.date} ${fact.edtf} ${fact.sources.map((one) => one.title).join(" ")}`.toLowerCase();
      return words.every((word) => text.includes(word)) && (!standing || fact.standing === standing)
        && (!jurisdiction || fact.jurisdiction === jurisdiction) && (!kind || fact.kind === kind) && needsCare(fact, care);
    });
  }

  list() {
    if (!this.material) return;
    const facts = this.chosen();
    const total = this.material.facts.length;
    this.count.textContent = t("facts_count", { shown: facts.length, total });
    if (!total) fill(this.body, h("p", { class: "empty" }, t("facts_none")));
    else if (!facts.length) fill(this.body, h("div", { class: "empty" }, h("p", {}, t("facts_filtered")), h("button", { type: "button", onclick: () => this.reset() }, t("filter_reset"))));
    else fill(this.body, this.shape === "table" ? this.table(facts) : timeline(facts.slice(0, this.most)),
      facts.length > this.most && h("p", { class: "empty" }, h("button", { type: "button", onclick: () => { this.most += MOST_ROWS; this.list(); } }, t("facts_more", { count: facts.length - this.most }))));
    for (const row of all("[data-fact]", this.body)) row.classList.toggle("opened", row.dataset.fact === this.opened);
  }

  table(facts) {
    const { by, up } = this.sort;
    const ordered = by === "date" ? [...facts] : [...facts].sort((one, other) => compare(key(one, by), key(other, by)));
    if (!up) ordered.reverse();
    const heads = COLUMNS.map((name) => h("th", { scope: "col", "aria-sort": name === by ? (up ? "ascending" : "descending") : null, class: `c-${name}` },
      h("button", { type: "button", onclick: () => this.sortBy(name) }, t(`column_${name}`))));
    return h("table", { class: "fact-table" },
      h("caption", { class: "unseen" }, t("view_facts")),
      h("thead", {}, h("tr", {}, heads)),
      h("tbody", {}, ordered.slice(0, this.most).map(row)));
  }

  sortBy(name) {
    this.sort = { by: name, up: this.sort.by === name ? !this.sort.up : true };
    this.list();
    this.body.querySelector(`.c-${name} button`)?.focus();
  }
}

function needsCare(fact, care) {
  if (!care) return true;
  if (care === "any") return fact.verdict !== "fresh" || fact.is_review_due;
  if (care === "due") return fact.is_review_due;
  if (care === "unused") return !fact.used.length;
  return fact.verdict === care;
}

function key(fact, column) {
  if (column === "checked") return -(fact.age_days ?? Infinity);
  if (column === "review") return fact.raw.review_by ?? "9999";
  if (column === "sources" || column === "used") return fact[column].length;
  return fact[`${column}_word`] ?? fact[column];
}

const compare = (one, other) => typeof one === "number" ? one - other : String(one).localeCompare(String(other), "zh");

export const freshness = (fact) => h("span", { class: `freshness ${fact.verdict}` },
  h("span", { class: `dial ${fact.verdict}`, "aria-hidden": "true" }),
  t(`verdict_${fact.verdict}`));

export const standing = (fact) => h("span", { class: `badge ${fact.standing}` }, fact.standing_word);

function row(fact) {
  const cell = (name, ...children) => h("td", { class: `c-${name}`, "data-head": t(`column_${name}`) }, children);
  return h("tr", { "data-fact": fact.id },
    cell("date", fact.date || "—"),
    h("th", { scope: "row", class: "c-label" }, h("a", { href: `#facts/${fact.id}` }, fact.label), h("span", { class: "id" }, fact.id)),
    cell("jurisdiction", fact.jurisdiction_word),
    cell("standing", standing(fact)),
    cell("checked", freshness(fact), fact.age_days !== null && h("span", { class: "sub" }, t("days_ago", { days: fact.age_days }))),
    cell("review", fact.review_by || "—", fact.is_review_due && h("span", { class: "sub grave" }, t("review_due"))),
    cell("sources", fact.sources.length || "—"),
    cell("used", fact.used.length || t("unused")));
}

function timeline(facts) {
  const years = new Map();
  for (const fact of facts) {
    const year = fact.year || t("undated");
    if (!years.has(year)) years.set(year, []);
    years.get(year).push(fact);
  }
  return h("div", { class: "timeline" }, [...years].map(([year, items]) =>
    h("section", { class: "year" }, h("h2", {}, year), h("ol", {}, items.map((fact) =>
      h("li", { "data-fact": fact.id, class: `effect-${fact.effect || "none"}` },
        h("span", { class: "when" }, fact.date || "—"),
        h("span", { class: "what" }, h("a", { href: `#facts/${fact.id}` }, fact.label),
          h("span", { class: "sub" }, [...new Set([fact.jurisdiction_word, fact.kind_word, fact.effect_word])].filter(Boolean).join(" · "))),
        h("span", { class: "marks-of" }, fact.standing !== "verified" && standing(fact), fact.verdict !== "fresh" && freshness(fact))))))));
}
