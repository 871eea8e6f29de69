// Proposed changes: what a source or a feed says now, with the evidence; a person accepts or rejects each by name.
import { get, post, Refusal } from "./api.js";
import { byId, fill, h, place, say, t } from "./dom.js";
import { diff, effect, remember, remembered } from "./fact.js";
import { findingItem } from "./findings.js";

const STATUSES = ["open", "accepted", "rejected", "superseded"];
const LONG_DIFF = 60;

export class Proposals {
  constructor(reload) {
    this.reload = reload;
    this.root = byId("view-proposals");
    this.data = null;
    this.filter = "open";
    this.list = h("div", { class: "proposal-list" }, h("p", { class: "waiting" }, t("proposals_waiting")));
    this.tabs = h("div", { class: "choice", role: "group", "aria-label": t("proposals_which") },
      STATUSES.map((one) => h("button", { type: "button", "data-status": one, "aria-pressed": String(one === this.filter), onclick: () => this.choose(one) }, t(`proposals_${one}`), " ", h("span", { class: "count" }))));
    fill(this.root, h("header", { class: "head" }, h("h1", { id: "title-proposals", tabindex: "-1" }, t("view_proposals")), this.tabs),
      h("p", { class: "lead" }, t("proposals_lead")), this.list);
  }

  show(id) {
    this.wanted = id;
    if (id && this.data) this.reveal();
  }

  know(material) {
    this.material = material;
    this.renew();
  }

  choose(status) {
    this.filter = status;
    for (const button of this.tabs.children) button.setAttribute("aria-pressed", String(button.dataset.status === status));
    this.draw();
  }

  async load() {
    try {
      this.data = await get("proposals");
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status) fill(this.list, h("div", { class: "banner trouble", role: "alert" }, h("strong", {}, refusal.message), h("span", {}, refusal.hint)));
      return;
    }
    const counts = Object.fromEntries(STATUSES.map((status) => [status, this.data.proposals.filter((one) => one.status === status).length]));
    const count = byId("proposal-count");
    count.textContent = counts.open || "";
    count.hidden = !counts.open;
    for (const button of this.tabs.children) {
      button.querySelector(".count").textContent = counts[button.dataset.status] || "";
      button.hidden = button.dataset.status === "superseded" && !counts.superseded;
    }
    this.renew();
  }

  /** Draw anew what changed; what somebody looks at or types into stays. */
  renew() {
    const told = JSON.stringify([this.data, this.material?.base]);
    const isTyping = this.list.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
    if (!this.data || told === this.told || isTyping) return;
    this.told = told;
    this.draw();
  }

  draw() {
    if (!this.data) return;
    const shown = this.data.proposals.filter((one) => one.status === this.filter);
    fill(this.list,
      this.data.findings.length > 0 && h("ol", { class: "findings-list" }, this.data.findings.map(findingItem)),
      shown.length ? shown.map((one) => this.card(one)) : h("p", { class: "empty" }, t(`proposals_none_${this.filter}`)));
    this.reveal();
  }

  reveal() {
    const card = this.wanted && byId(`proposal-${this.wanted}`);
    if (!card) return;
    card.scrollIntoView({ block: "start" });
    this.wanted = "";
  }

  card(one) {
    const title = `proposal-title-${one.id}`;
    const { seen } = one;
    return h("article", { class: "proposal", id: `proposal-${one.id}`, "aria-labelledby": title },
      h("header", {}, h("p", { class: "kind" }, t(`proposal_${one.kind}`), " · ", one.on),
        h("h2", { id: title }, one.title), h("p", {}, place(one.id, one.link))),
      one.facts.length > 0 && h("p", {}, t("proposal_facts"), " ", one.facts.map((fact, index) => [index > 0 && t("list_separator"), h("a", { href: `#facts/${fact.id}` }, fact.label)])),
      one.url && h("p", { class: "sub" }, t("proposal_source"), " ", h("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.url)),
      one.note && h("p", {}, one.note),
      (one.old || one.new) && h("dl", { class: "change" },
        one.field && [h("dt", {}, t("proposal_field")), h("dd", {}, h("code", {}, one.field))],
        h("dt", {}, t("proposal_old")), h("dd", {}, one.old ? h("del", {}, one.old) : "—"),
        h("dt", {}, t("proposal_new")), h("dd", {}, one.new ? h("ins", {}, one.new) : t("proposal_unknown"))),
      one.diff.length > 0 && h("details", { open: one.status === "open" && one.diff.length < LONG_DIFF },
        h("summary", {}, t("proposal_diff"), (seen.old || seen.new) && h("span", { class: "sub inline" }, [seen.old?.on, seen.new?.on].filter(Boolean).join(" → "))), diff(one.diff)),
      one.status === "open" ? this.decision(one)
        : one.decided_by && h("p", { class: "decided" }, t(`decided_${one.status}`, { by: one.decided_by, on: one.decided_on }), one.reason && h("span", { class: "sub" }, one.reason)));
  }

  decision(one) {
    const { id } = one;
    const said = h("div", { class: "said", role: "alert" });
    const shown = h("div", { class: "outcome" });
    const input = (name, label, options = {}) => h("div", { class: `field${options.wide ? " wide" : ""}` }, h("label", { for: `${name}-${id}` }, label),
      h("input", { id: `${name}-${id}`, name, autocomplete: options.autocomplete ?? "off", class: options.mono ? "mono" : null, value: options.value ?? "" }));
    // A whole table is taken as it was read; all else has a value, or only its facts checked.
    const hasValue = one.field && one.kind !== "feed-table";
    const fields = one.field || one.kind === "source-moved" ? [] : this.fieldsOf(one);
    const form = h("form", { class: "decision", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.decide(one, "accept", form, said); } },
      h("div", { class: "fields" },
        input("by", t("decide_by"), { value: remembered(), autocomplete: "name" }),
        hasValue && input("value", t("decide_value", { field: one.field }), { mono: true, value: one.new }),
        fields.length > 0 && h("div", { class: "field" }, h("label", { for: `field-${id}` }, t("decide_field")),
          h("select", { id: `field-${id}`, name: "field", onchange: (event) => { form.elements.value.disabled = !event.target.value; form.elements.value.value = fields.find(([name]) => name === event.target.value)?.[2] ?? ""; } },
            h("option", { value: "" }, t("decide_field_none")), fields.map(([name, word]) => h("option", { value: name }, word)))),
        fields.length > 0 && input("value", t("decide_new"), { mono: true }),
        input("reason", t("decide_reason"), { wide: true })),
      h("p", { class: "hint" }, hasValue ? t("accept_hint_value") : one.field ? t("accept_hint_table") : t("accept_hint_checked")),
      h("div", { class: "actions" },
        h("button", { type: "submit", class: "primary" }, t(one.field ? "accept_value" : "accept_checked")),
        h("button", { type: "button", onclick: () => this.decide(one, "reject", form, said) }, t("reject")),
        one.facts.length > 0 && (hasValue || fields.length > 0) && one.kind !== "source-moved" && h("button", { type: "button", class: "plain", onclick: () => this.tryOut(one, form, shown) }, t("try_out"))),
      said, shown);
    if (fields.length) form.elements.value.disabled = true;
    return form;
  }

  /** Return what may be changed with an accepted proposal: name as the server takes it, words, and the value now. */
  fieldsOf(one) {
    const facts = one.facts.map((fact) => this.material?.facts.find((other) => other.id === fact.id)).filter(Boolean);
    const words = Object.fromEntries(this.material?.choices?.dates ?? []);
    return facts.flatMap((fact) => {
      const of = (name, word, value) => [`${fact.id}:${name}`, facts.length > 1 ? `${fact.label} · ${word}` : word, value];
      const attributes = Object.entries(fact.raw.attrs ?? {}).map(([name, value]) => of(`attrs.${name}`, name, typeof value === "object" ? value?.value : value));
      return [...Object.entries(fact.raw.dates ?? {}).map(([name, value]) => of(`dates.${name}`, words[name] ?? name, value)), ...attributes, of("status", t("status"), fact.raw.status)];
    });
  }

  /** Return fact, field and value that would be written; null where only the check is. */
  wantedOf(one, form) {
    const value = form.elements.value?.value.trim() ?? "";
    if (one.kind === "feed-table") return null;
    if (one.field) return { fact: one.facts[0]?.id, field: one.field, value };
    const [fact, field] = (form.elements.field?.value ?? "").split(":");
    return field ? { fact, field, value } : null;
  }

  async tryOut(one, form, shown) {
    const wanted = this.wantedOf(one, form);
    if (!wanted?.fact || !wanted.value) {
      fill(shown, h("p", { class: "hint" }, t("only_checked")));
      return;
    }
    fill(shown, h("p", { class: "working" }, t("trying")));
    const fact = this.material.facts.find((other) => other.id === wanted.fact);
    const [head, name] = wanted.field.split(".");
    const path = head === "attrs" && typeof fact?.raw.attrs?.[name] === "object" ? `${wanted.field}.value` : wanted.field;
    try {
      const tried = await post("material", `/facts/${encodeURIComponent(wanted.fact)}/try`, { base: this.material.base, changes: { [path]: wanted.value } });
      const findings = [...Object.values(tried.fields).flat(), ...tried.findings];
      fill(shown, findings.length > 0 && h("ol", { class: "findings-list" }, findings.map(findingItem)), tried.effect && effect(tried.effect), tried.diff.length > 0 && diff(tried.diff));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      fill(shown, h("p", { class: "error" }, refusal.message, " ", refusal.hint));
    }
  }

  async decide(one, what, form, said) {
    const { by, reason } = form.elements;
    const missing = !by.value.trim() ? [by, t("name_needed")] : what === "reject" && !reason.value.trim() ? [reason, t("reason_needed")] : null;
    if (missing) {
      fill(said, h("p", { class: "error" }, missing[1]));
      missing[0].focus();
      return;
    }
    remember(by.value.trim());
    const wanted = what === "accept" ? this.wantedOf(one, form) : null;
    const isAsProposed = one.field && wanted?.value === one.new;
    const written = one.field && wanted ? wanted.value : wanted && `${wanted.fact}:${wanted.field}=${wanted.value}`;
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    fill(said, h("p", { class: "working" }, t("deciding")));
    try {
      const done = await post("proposals", `/${encodeURIComponent(one.id)}/${what}`, { by: by.value.trim(), values: written && !isAsProposed ? [written] : [], reason: reason.value.trim() });
      if (!done.decided) {
        fill(said, h("p", { class: "error" }, t("undecided")), h("ol", { class: "findings-list" }, done.findings.map(findingItem)));
        return;
      }
      say(t(what === "accept" ? "accepted" : "rejected"));
      byId("title-proposals").focus();
      await this.load();
      await this.reload();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      fill(said, h("p", { class: "error" }, refusal.message, h("span", { class: "hint" }, refusal.hint)));
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }
}
