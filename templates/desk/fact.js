// One fact: what there is to say of it, and a form whose effect is shown before anything is saved.
import { post, Refusal } from "./api.js";
import { byId, fill, h, place, pieces, say, slug, t } from "./dom.js";
import { freshness, standing } from "./facts.js";
import { explanation, findingItem } from "./findings.js";

const DAY = "YYYY-MM-DD";

export class FactPanel {
  constructor(reload, close) {
    this.reload = reload;
    this.close = close;
    this.fact = null;
    this.form = null;
    this.root = h("aside", { class: "panel", "aria-labelledby": "panel-title", hidden: true, onkeydown: (event) => this.press(event) });
  }

  press(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (this.form && this.isDirty()) this.form.querySelector(".cancel").focus();
    else this.close(this.fact.id);
  }

  know(material) {
    this.material = material;
  }

  show(fact, isNew) {
    this.root.hidden = !fact;
    if (!fact) {
      this.fact = null;
      this.form = null;
      fill(this.root);
      return;
    }
    // What somebody is typing is not taken from under their hands.
    if (!isNew && this.form) return;
    const held = isNew ? null : this.held();
    this.fact = fact;
    this.form = null;
    this.base = this.material.base;
    fill(this.root, this.head(), this.quick(), this.details(),
      h("div", { class: "actions" }, h("button", { type: "button", class: "primary", id: "edit-fact", onclick: () => this.edit() }, t("edit")), fact.link && h("a", { href: fact.link, class: "button" }, t("open_file"))));
    if (held) this.giveBack(held);
    if (isNew) byId("panel-title").focus({ preventScroll: true });
    if (isNew) this.root.scrollTop = 0;
  }

  /** Return what somebody typed here, and where they are. */
  held() {
    const here = document.activeElement;
    return { name: byId("checker")?.value, focus: this.root.contains(here) ? here.id : "" };
  }

  giveBack({ name, focus }) {
    if (name !== undefined) byId("checker").value = name;
    if (focus) byId(focus)?.focus({ preventScroll: true });
  }

  head() {
    const { fact } = this;
    return h("header", { class: "panel-head" },
      h("div", {}, h("p", { class: "kind" }, [fact.jurisdiction_word, fact.kind_word].join(" · ")),
        h("h2", { id: "panel-title", tabindex: "-1" }, fact.label),
        h("p", { class: "id" }, fact.id, " ", place(fact.place, fact.link))),
      h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => this.close(fact.id) }, "×"));
  }

  quick() {
    const name = h("input", { id: "checker", autocomplete: "name", value: remembered(), placeholder: t("name_hint") });
    const confirm = h("button", { type: "button", id: "still-true", onclick: () => this.confirmChecked(name) }, t("still_true"));
    return h("section", { class: "quick", "aria-label": t("check_today") },
      h("p", {}, freshness(this.fact), " ", checkedText(this.fact)),
      h("div", { class: "row" }, h("label", { class: "field" }, h("span", {}, t("checked_by")), name), confirm),
      h("p", { class: "hint" }, t("still_true_hint")));
  }

  details() {
    const { fact } = this;
    const terms = [
      [t("status"), [standing(fact), fact.superseded_by && h("a", { href: `#facts/${fact.superseded_by}` }, t("superseded_by", { fact: fact.superseded_by }))]],
      fact.effect_word && [t("effect"), fact.effect_word],
      ...fact.dates.map((date) => [date.name, [date.text, " ", h("code", {}, date.edtf), date.is_primary && h("span", { class: "tag faint" }, t("primary_date"))]]),
      fact.in_force_word && [t("in_force"), fact.in_force_word],
      [t("review"), [fact.review_by || "—", fact.is_review_due && h("span", { class: "tag" }, t("review_due"))]],
      fact.note && [t("note"), fact.note],
    ].filter(Boolean);
    return [
      h("dl", { class: "terms" }, terms.map(([term, text]) => [h("dt", {}, term), h("dd", {}, text)])),
      h("section", {}, h("h3", {}, t("sources")), fact.sources.length ? h("ul", { class: "plain-list" }, fact.sources.map((source) => h("li", {},
        source.url ? h("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, source.title) : source.title,
        h("span", { class: "sub" }, [source.id, source.locator, source.tier && t(`tier_${source.tier}`), source.supports.length && t("supports", { what: source.supports.join(t("list_separator")) })].filter(Boolean).join(" · "))))) : h("p", { class: "hint" }, t("sources_none"))),
      h("section", {}, h("h3", {}, t("used")), fact.used.length ? h("ul", { class: "plain-list" }, fact.used.map((use) => h("li", {}, use.name, " ", place(use.place, use.link)))) : h("p", { class: "hint" }, t("used_none"))),
    ];
  }

  async confirmChecked(name) {
    if (!name.value.trim()) {
      say(t("name_needed"));
      name.focus();
      return;
    }
    remember(name.value.trim());
    const changes = { last_checked: this.material.today, checked_by: name.value.trim() };
    try {
      const done = await post("material", `/facts/${encodeURIComponent(this.fact.id)}/save`, { base: this.material.base, changes });
      if (!done.saved) {
        this.edit(changes);
        this.tell(done);
        return;
      }
      say(t("saved"));
      await this.reload();
    } catch (refusal) {
      this.refused(refusal);
    }
  }

  // The form

  edit(given = {}) {
    const { fact, material } = this;
    const { raw } = fact;
    this.initial = {};
    this.base = material.base;
    const field = (name, label, value, options = {}) => this.field(name, label, value ?? "", options);
    const texts = typeof raw.label === "object" && raw.label
      ? Object.entries(raw.label).map(([locale, text]) => field(`label.${locale}`, `${t("label")} · ${t(`locale_${locale}`)}`, text, { isLong: true, lang: locale }))
      : [field("label", t("label"), raw.label, { isLong: true })];
    const dates = Object.entries(raw.dates ?? {});
    const dateWord = Object.fromEntries(material.choices.dates);
    const more = h("select", { id: "more-date" }, h("option", { value: "" }, t("date_add")), material.choices.dates.filter(([name]) => !(name in (raw.dates ?? {}))).map(([value, word]) => h("option", { value }, word)));
    const dateFields = h("div", { class: "fields" }, dates.map(([name, value]) => field(`dates.${name}`, dateWord[name] ?? name, value, { isMono: true })));
    more.addEventListener("change", () => {
      if (!more.value) return;
      dateFields.append(this.field(`dates.${more.value}`, dateWord[more.value], "", { isMono: true }));
      dateFields.lastElementChild.querySelector("input").focus();
      more.selectedOptions[0].remove();
      more.value = "";
    });
    const attributes = Object.entries(raw.attrs ?? {}).flatMap(([name, value]) => value && typeof value === "object"
      ? [field(`attrs.${name}.value`, `${name}`, value.value), field(`attrs.${name}.unit`, `${name} · ${t("unit")}`, value.unit)]
      : [field(`attrs.${name}`, name, value)]);
    this.outcome = h("div", { class: "outcome", "aria-live": "polite" });
    const group = (title, ...fields) => h("fieldset", {}, h("legend", {}, title), h("div", { class: "fields" }, fields));
    this.form = h("form", { class: "fact-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.tryOut(); } },
      group(t("group_claim"), texts, field("status", t("status"), raw.status, { choices: material.choices.status }), field("effect", t("effect"), raw.effect, { choices: [["", "—"], ...material.choices.effect] })),
      h("fieldset", {}, h("legend", {}, t("group_dates")), h("p", { class: "hint" }, t("dates_hint")), dateFields,
        h("div", { class: "fields" }, h("label", { class: "field" }, h("span", {}, t("date_more")), more),
          field("primary_date", t("primary_date"), raw.primary_date, { choices: [["", "—"], ...material.choices.dates] }), field("valid", t("valid"), raw.valid, { isMono: true }))),
      attributes.length ? group(t("group_attrs"), attributes) : null,
      group(t("group_check"), field("last_checked", t("last_checked"), raw.last_checked, { isMono: true, hint: DAY, today: material.today }), field("checked_by", t("checked_by"), raw.checked_by), field("review_by", t("review"), raw.review_by, { isMono: true, hint: DAY })),
      group(t("note"), field("note", t("note_hint"), raw.note, { isLong: true })),
      h("div", { class: "actions sticky" },
        h("button", { type: "submit", class: "primary" }, t("try_out")),
        h("button", { type: "button", class: "save", disabled: true, onclick: () => this.save(false) }, t("save")),
        h("button", { type: "button", class: "plain cancel", onclick: () => { this.form = null; this.show(this.material.facts.find((one) => one.id === fact.id) ?? fact, true); } }, t("cancel"))),
      this.outcome);
    this.form.addEventListener("input", () => this.untried());
    this.form.addEventListener("change", () => this.untried());
    fill(this.root, this.head(), this.form);
    for (const [name, value] of Object.entries(given)) {
      const input = this.form.elements[name];
      if (input) input.value = value;
    }
    this.root.scrollTop = 0;
    if (this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView();
    this.form.querySelector("textarea, input, select").focus({ preventScroll: true });
  }

  field(name, label, value, { choices, isLong, isMono, hint, lang, today } = {}) {
    this.initial[name] = value ?? "";
    const id = `field-${name}`;
    const common = { id, name, "aria-describedby": `said-${name}`, class: isMono ? "mono" : null, lang: lang ?? null, autocomplete: "off", spellcheck: "false" };
    const input = choices
      ? h("select", common, choices.map(([one, word]) => h("option", { value: one }, word)))
      : isLong ? h("textarea", { ...common, rows: "2" }) : h("input", { ...common, placeholder: hint ?? null });
    input.value = value ?? "";
    return h("div", { class: `field${isLong ? " wide" : ""}` }, h("label", { for: id }, label),
      today ? h("div", { class: "row" }, input, h("button", { type: "button", class: "plain", onclick: () => { input.value = today; this.untried(); } }, t("today"))) : input,
      h("div", { class: "said", id: `said-${name}` }));
  }

  changes() {
    const changes = {};
    for (const [name, before] of Object.entries(this.initial)) {
      const value = this.form.elements[name].value.trim();
      if (value !== String(before).trim()) changes[name] = value || null;
    }
    return changes;
  }

  isDirty() {
    return this.form && Object.keys(this.changes()).length > 0;
  }

  untried() {
    this.form.querySelector(".save").disabled = true;
    this.outcome.querySelector(".despite")?.remove();
  }

  async ask(what, despite = false) {
    return post("material", `/facts/${encodeURIComponent(this.fact.id)}/${what}`, { base: this.base, changes: this.changes(), despite });
  }

  async tryOut() {
    if (!this.isDirty()) {
      fill(this.outcome, h("p", { class: "hint" }, t("nothing_changed")));
      return;
    }
    const button = this.form.querySelector("[type=submit]");
    button.disabled = true;
    fill(this.outcome, h("p", { class: "working" }, t("trying")));
    try {
      const said = await this.ask("try");
      this.tell(said);
      if (said.sound) {
        this.form.querySelector(".save").disabled = false;
        await this.tellPages();
      }
    } catch (refusal) {
      this.refused(refusal);
    } finally {
      button.disabled = false;
    }
  }

  tell(said) {
    const stray = [];
    for (const box of this.form.querySelectorAll(".said")) fill(box);
    for (const input of this.form.elements) input.removeAttribute("aria-invalid");
    let first = null;
    for (const [name, findings] of Object.entries(said.fields)) {
      const input = this.form.elements[name];
      if (!input) {
        stray.push(...findings);
        continue;
      }
      fill(byId(`said-${name}`), findings.map((item) => [h("p", { class: item.severity, lang: "en" }, item.message, item.hint && h("span", { class: "hint" }, item.hint)), explanation(item.code)]));
      if (findings.some((item) => item.severity === "error")) {
        input.setAttribute("aria-invalid", "true");
        first ??= input;
      }
    }
    const findings = [...stray, ...said.findings];
    fill(this.outcome,
      !said.sound && h("p", { class: "banner trouble", role: "alert" }, t(said.writable ? "unsound_whole" : "unsound")),
      findings.length > 0 && h("ol", { class: "findings-list" }, findings.map(findingItem)),
      !said.sound && said.writable && h("div", { class: "despite" }, h("p", { class: "hint" }, t("save_despite_hint")), h("button", { type: "button", onclick: () => this.save(true) }, t("save_despite"))),
      said.effect && effect(said.effect),
      said.sound && h("div", { class: "effect-pages", id: "effect-pages" }, h("p", { class: "working" }, t("pages_trying"))),
      said.diff.length > 0 && h("details", {}, h("summary", {}, t("diff_file")), diff(said.diff)));
    first?.focus();
  }

  async tellPages() {
    const box = byId("effect-pages");
    let said;
    try {
      said = await this.ask("pages");
    } catch (refusal) {
      fill(box, h("p", { class: "hint" }, refusal.message));
      return;
    }
    if (!box.isConnected) return;
    const { snapshot } = said;
    if (!snapshot || snapshot.error) {
      fill(box, h("p", { class: "hint" }, snapshot?.error || t("pages_none")));
      return;
    }
    const numbers = snapshot.changed;
    const shown = numbers.slice(0, 6);
    fill(box, h("h3", {}, numbers.length ? t("pages_change", { count: numbers.length }) : t("pages_same")),
      h("div", { class: "thumbs" }, shown.map((number) => {
        const page = snapshot.pages[number - 1];
        const paper = h("span", { class: "paper" }, h("img", { src: `/pages/${encodeURIComponent(slug)}/${said.view}/${said.locale}/${page.digest}.png?scale=2`, alt: t("page_alt_after", { number }) }), h("span", { class: "marks", "aria-hidden": "true" }, (snapshot.marks[String(number)] ?? []).map(markBox)));
        paper.style.aspectRatio = `${page.width} / ${page.height}`;
        return h("figure", { class: "thumb" }, paper, h("figcaption", {}, t("page_number", { number: page.label || number })));
      })),
      numbers.length > shown.length && h("p", { class: "hint" }, t("pages_more", { count: numbers.length - shown.length })));
  }

  async save(despite = false) {
    const button = this.form.querySelector(".save");
    button.disabled = true;
    try {
      const said = await this.ask("save", despite);
      if (!said.saved) {
        this.tell(said);
        return;
      }
      say(t("saved"));
      this.form = null;
      await this.reload();
      this.show(this.material.facts.find((one) => one.id === this.fact.id) ?? null, true);
    } catch (refusal) {
      button.disabled = false;
      this.refused(refusal);
    }
  }

  refused(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const where = this.outcome?.isConnected ? this.outcome : null;
    if (!where) {
      say(`${refusal.message} ${refusal.hint}`);
      return;
    }
    const isConflict = refusal.status === 409;
    fill(where, h("div", { class: "banner trouble", role: "alert" },
      h("strong", {}, isConflict ? t("conflict") : refusal.message), h("span", {}, isConflict ? t("conflict_hint") : refusal.hint),
      isConflict && h("button", { type: "button", onclick: () => this.takeAgain() }, t("conflict_again"))));
  }

  async takeAgain() {
    const kept = this.changes();
    this.form = null;
    await this.reload();
    const fact = this.material.facts.find((one) => one.id === this.fact.id);
    if (!fact) return;
    this.fact = fact;
    this.edit(Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, value ?? ""])));
  }
}

export function effect(said) {
  return h("section", { class: "effect" }, h("h3", {}, t("effect_title")), h("p", { class: "summary" }, said.summary),
    said.groups.map((group) => h("div", { class: "effect-group" }, h("h4", {}, group.title), h("ul", { class: "changes" }, group.items.map((item) => h("li", {},
      h("p", { class: "change-head" }, h("span", { class: "what" }, item.what), item.name && h("strong", {}, item.name), h("span", { class: "tag faint" }, item.reason)),
      item.fields.map((field) => h("p", {}, h("span", { class: "sub" }, field.name), " ", field.old && [h("del", {}, field.old), " "], h("ins", {}, field.new))),
      item.excerpts.map((excerpt) => h("p", { class: "excerpt" }, excerpt.mark && h("span", { class: "tag faint" }, excerpt.mark), pieces(excerpt.pieces))),
      item.where && h("p", { class: "sub" }, item.where)))))));
}

/** Return the lines of a difference; what went and came says so by its sign, too. */
export const diff = (lines) => h("pre", { class: "diff", tabindex: "0" }, lines.map((line) => {
  const kind = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : line.startsWith("@") ? "at" : "same";
  return h("span", { class: kind }, line, "\n");
}));

export function markBox([left, top, right, bottom]) {
  const box = h("span", {});
  Object.assign(box.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${(right - left) * 100}%`, height: `${(bottom - top) * 100}%` });
  return box;
}

function checkedText(fact) {
  if (fact.age_days === null) return t("never_checked");
  return t("checked_on", { day: fact.last_checked, days: fact.age_days, by: fact.checked_by || t("nobody") });
}

/** Return the name under which this editor decides; it is kept in this browser only. */
export function remembered() {
  try { return localStorage.getItem("name") ?? ""; } catch { return ""; }
}

export function remember(name) {
  try { localStorage.setItem("name", name); } catch { /* it is asked for again */ }
}
