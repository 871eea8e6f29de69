// Proposed changes: what a source or a feed says now, with the evidence; a person accepts or rejects each by name.
import { get, post, Refusal } from "./api.js";
import { byId, fill, h, place, say, t } from "./dom.js";
import { diff, remember, remembered } from "./fact.js";

export class Proposals {
  constructor(reload) {
    this.reload = reload;
    this.root = byId("view-proposals");
    this.data = null;
    this.filter = "open";
    this.busy = "";
    this.list = h("div", { class: "proposal-list" }, h("p", { class: "waiting" }, t("proposals_waiting")));
    this.tabs = h("div", { class: "choice", role: "group", "aria-label": t("proposals_which") },
      ["open", "accepted", "rejected"].map((one) => h("button", { type: "button", "data-status": one, "aria-pressed": String(one === this.filter), onclick: () => this.choose(one) }, t(`proposals_${one}`), " ", h("span", { class: "count" }))));
    fill(this.root, h("header", { class: "head" }, h("h1", { id: "title-proposals" }, t("view_proposals")), this.tabs),
      h("p", { class: "lead" }, t("proposals_lead")), this.list);
  }

  show(id) {
    this.wanted = id;
    if (id && this.data) this.reveal();
  }

  know(material) {
    this.material = material;
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
      if (refusal.status) fill(this.list, trouble(refusal));
      return;
    }
    const open = this.data.proposals.filter((one) => one.status === "open").length;
    const count = byId("proposal-count");
    count.textContent = open;
    count.hidden = !open;
    for (const button of this.tabs.children) {
      button.querySelector(".count").textContent = this.data.proposals.filter((one) => one.status === button.dataset.status).length;
    }
    // A form that somebody types into stays; the rest is drawn anew.
    if (!this.list.contains(document.activeElement) || !document.activeElement.matches("input, textarea, select")) this.draw();
  }

  draw() {
    if (!this.data) return;
    const shown = this.data.proposals.filter((one) => one.status === this.filter);
    fill(this.list,
      this.data.findings.length > 0 && h("ol", { class: "findings-list" }, this.data.findings.map((item) => h("li", { class: `finding ${item.severity}`, lang: "en" }, place(item.place, item.link), " ", item.message))),
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
    return h("article", { class: "proposal", id: `proposal-${one.id}`, "aria-labelledby": title },
      h("header", {}, h("p", { class: "kind" }, t(`proposal_${one.kind}`), " · ", one.date),
        h("h2", { id: title }, one.label || one.about), h("p", { class: "id" }, one.id)),
      one.facts.length > 0 && h("p", {}, t("proposal_facts"), " ", one.facts.map((fact, index) => [index > 0 && t("list_separator"), h("a", { href: `#facts/${fact.id}` }, fact.label)])),
      one.url && h("p", { class: "sub" }, t("proposal_source"), " ", h("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.url)),
      (one.old || one.new) && h("dl", { class: "change" },
        one.field && [h("dt", {}, t("proposal_field")), h("dd", {}, h("code", {}, one.field))],
        h("dt", {}, t("proposal_old")), h("dd", {}, one.old ? h("del", {}, one.old) : "—"),
        h("dt", {}, t("proposal_new")), h("dd", {}, one.new ? h("ins", {}, one.new) : t("proposal_unknown"))),
      one.diff.length > 0 && h("details", { open: one.status === "open" && one.diff.length < 40 }, h("summary", {}, t("proposal_diff")), diff(one.diff)),
      one.status === "open" ? this.decision(one) : h("p", { class: "decided" }, t(`decided_${one.status}`, { by: one.decided_by, on: one.decided_on }), one.reason && h("span", { class: "sub" }, one.reason)));
  }

  decision(one) {
    const id = one.id;
    const said = h("div", { class: "said", role: "alert" });
    const name = h("input", { id: `by-${id}`, name: "by", autocomplete: "name", value: remembered(), required: true });
    const value = one.field ? h("input", { id: `value-${id}`, name: "value", class: "mono", autocomplete: "off", value: one.new ?? "" }) : null;
    const reason = h("input", { id: `reason-${id}`, name: "reason", autocomplete: "off" });
    const form = h("form", { class: "decision", novalidate: true, onsubmit: (event) => event.preventDefault() },
      h("div", { class: "fields" },
        h("div", { class: "field" }, h("label", { for: name.id }, t("decide_by")), name),
        value && h("div", { class: "field" }, h("label", { for: value.id }, t("decide_value", { field: one.field })), value),
        h("div", { class: "field wide" }, h("label", { for: reason.id }, t("decide_reason")), reason)),
      h("p", { class: "hint" }, t(one.field ? "accept_hint_value" : "accept_hint_checked")),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "primary", onclick: () => this.decide(one, "accept", form, said) }, t(one.field ? "accept_value" : "accept_checked")),
        h("button", { type: "button", onclick: () => this.decide(one, "reject", form, said) }, t("reject"))),
      said);
    return form;
  }

  async decide(one, what, form, said) {
    const { by, value, reason } = form.elements;
    const missing = !by.value.trim() ? [by, t("name_needed")] : what === "reject" && !reason.value.trim() ? [reason, t("reason_needed")] : null;
    if (missing) {
      fill(said, h("p", { class: "error" }, missing[1]));
      missing[0].focus();
      return;
    }
    remember(by.value.trim());
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    fill(said, h("p", { class: "working" }, t("deciding")));
    try {
      const done = await post("proposals", `/${encodeURIComponent(one.id)}/${what}`, { by: by.value.trim(), value: value?.value.trim() ?? "", reason: reason.value.trim() });
      if (!done.decided) {
        fill(said, done.findings.map((item) => h("p", { class: item.severity, lang: "en" }, `${item.code} ${item.message}`, item.hint && h("span", { class: "hint" }, item.hint))));
        return;
      }
      say(t(what === "accept" ? "accepted" : "rejected"));
      byId("title-proposals").tabIndex = -1;
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

const trouble = (refusal) => h("div", { class: "banner trouble", role: "alert" }, h("strong", {}, refusal.message), h("span", {}, refusal.hint));
