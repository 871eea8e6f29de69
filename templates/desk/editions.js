// Editions and deliveries: what changed, who holds what, what would be sent. Nothing is sent from here.
import { get, Refusal } from "./api.js";
import { byId, fill, h, place, t } from "./dom.js";
import { effect } from "./fact.js";

const MANY = 12;

export class Editions {
  constructor() {
    this.root = byId("view-editions");
    this.isCurrent = false;
    this.since = "";
    this.body = h("div", { class: "standing" }, h("p", { class: "waiting" }, t("editions_waiting")));
    this.changes = h("div", { class: "since" });
    fill(this.root, h("header", { class: "head" }, h("h1", { id: "title-editions" }, t("view_editions"))), h("p", { class: "lead" }, t("editions_lead")),
      h("section", { "aria-labelledby": "title-since" }, h("h2", { id: "title-since" }, t("since_title")), this.changes), this.body);
  }

  show() {
    if (!this.isCurrent) this.load();
  }

  outdate() {
    this.isCurrent = false;
    if (!this.root.hidden) this.load();
  }

  async load() {
    this.isCurrent = true;
    this.loadChanges();
    try {
      this.draw(await get("standing"));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.isCurrent = false;
      fill(this.body, trouble(refusal));
    }
  }

  async loadChanges() {
    fill(this.changes, h("p", { class: "working" }, t("comparing")));
    try {
      const said = await get("changes", this.since && `?since=${this.since}`);
      if (said.findings.length) fill(this.changes, h("p", { class: "hint" }, t("since_broken")), h("ul", { class: "plain-list" }, said.findings.slice(0, 5).map((item) => h("li", { lang: "en" }, place(item.place, item.link), " ", item.message))));
      else if (!said.old) fill(this.changes, h("p", { class: "empty" }, t("since_none")));
      else fill(this.changes, h("p", { class: "hint" }, t(said.released ? "since_released" : "since_draft", { old: said.old, new: said.new })), effect(said));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      fill(this.changes, trouble(refusal));
    }
  }

  draw(data) {
    fill(this.body,
      data.error && h("div", { class: "banner trouble", role: "alert" }, data.error),
      section("editions", data.editions.length ? table(t("title_editions"), ["edition", "state", "as_of", "released", "holders"], data.editions.map((one) => [
        [h("strong", {}, one.name), one.erratum && h("span", { class: "tag" }, one.erratum)],
        h("span", { class: `badge ${one.state}` }, one.state_word), one.as_of, one.released_on,
        [clinics(one.holders), one.may_hold.length > 0 && h("span", { class: "sub" }, t("may_hold", { count: one.may_hold.length }), " ", clinics(one.may_hold)), one.reason && h("span", { class: "sub" }, t("withdrawn_why", { reason: one.reason }))],
      ])) : h("p", { class: "empty" }, t("editions_none"))),
      section("plan", plan(data.plan)),
      section("deliveries", data.deliveries.length ? table(t("title_deliveries"), ["clinic", "channel", "what", "state", "when", "answer"], data.deliveries.slice().reverse().slice(0, 200).map((one) => [
        one.clinic, one.channel, what(one), h("span", { class: `badge ${one.state}` }, t(`delivery_${one.state}`)),
        [one.at && one.at.replace("T", " ").slice(0, 16), one.is_retry && h("span", { class: "sub" }, t("tried_again"))], one.answers.length ? one.answers.map((answer) => t(`answer_${answer}`)).join(t("list_separator")) : "—",
      ])) : h("p", { class: "empty" }, t("deliveries_none"))),
      data.waiting.length > 0 && section("waiting", h("p", {}, clinics(data.waiting))),
      data.findings.length > 0 && section("problems", h("ul", { class: "plain-list" }, data.findings.map((item) => h("li", { lang: "en" }, h("span", { class: "code" }, item.code), " ", place(item.place, item.link), " ", item.message, item.hint && h("span", { class: "hint" }, item.hint))))));
  }
}

const section = (name, ...children) => h("section", { "aria-labelledby": `part-${name}` }, h("h2", { id: `part-${name}` }, t(`title_${name}`)), children);

const what = (one) => one.kind === "edition" ? t("what_edition", { edition: one.edition }) : t(`what_${one.kind}`, { edition: one.about });

function table(caption, columns, rows) {
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, h("table", { class: "plain-table" },
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, t(`col_${name}`))))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, index) => index ? h("td", {}, cell) : h("th", { scope: "row" }, cell)))))));
}

function plan(found) {
  if (!found || (!found.edition && !found.planned.length)) return h("p", { class: "empty" }, t("plan_unreleased"));
  return [
    h("p", {}, t("plan_count", { count: found.planned.length, done: found.done })),
    found.planned.length > 0 && table(t("title_plan"), ["clinic", "channel", "what", "why", "size"], found.planned.slice(0, 200).map((one) => [
      one.clinic, one.channel, [what(one), one.since > 0 && h("span", { class: "sub" }, t("told_since", { edition: one.since }))], t(`reason_${one.reason}`), t("kilobytes", { count: Math.ceil(one.bytes / 1024) })])),
    found.held.length > 0 && h("details", {}, h("summary", {}, t("held", { count: found.held.length })), h("ul", { class: "plain-list" }, found.held.slice(0, 200).map((one) => h("li", {}, `${one.clinic} · ${one.channel} · `, t(`hindrance_${one.hindrance}`), one.until && h("span", { class: "sub" }, t("until", { time: one.until.replace("T", " ").slice(0, 16) })))))),
    found.planned.length > 0 && h("p", { class: "hint" }, t("plan_hint"), " ", h("code", {}, "report send --yes")),
  ];
}

function clinics(ids) {
  if (!ids.length) return "—";
  const shown = ids.slice(0, MANY).map((id) => h("span", { class: "clinic" }, id));
  if (ids.length <= MANY) return shown;
  return [shown, h("details", { class: "more" }, h("summary", {}, t("more_clinics", { count: ids.length - MANY })), ids.slice(MANY).map((id) => h("span", { class: "clinic" }, id)))];
}

const trouble = (refusal) => h("div", { class: "banner trouble", role: "alert" }, h("strong", {}, refusal.message), h("span", {}, refusal.hint));
