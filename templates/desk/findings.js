// Findings as the editor reads them: the message is in English, as the terminal prints it; beside it, what the code means.
import { h, place, t } from "./dom.js";

let codes = {};

/** Read what the codes mean; where it cannot be had, the messages say enough. */
export async function readCodes() {
  try {
    const answer = await fetch("/api/codes");
    if (answer.ok) codes = await answer.json();
  } catch { /* as said */ }
}

// What is code stands between backticks.
const withCode = (text) => text.split("`").map((part, index) => index % 2 ? h("code", {}, part) : part);

/** Return what a code means and what to do about it, or nothing. */
export const explanation = (code) => codes[code]?.do && h("details", { class: "explanation" },
  h("summary", {}, t("explain")),
  codes[code].when && h("p", {}, withCode(codes[code].when)),
  h("p", {}, h("strong", {}, t("explain_do")), withCode(codes[code].do)));

export const findingItem = (item) => h("li", { class: `finding ${item.severity}` },
  h("p", { class: "finding-head" }, h("span", { class: "severity" }, t(`severity_${item.severity}`)), h("span", { class: "code" }, item.code), place(item.place, item.link)),
  h("p", { lang: "en" }, item.message),
  item.hint && h("p", { class: "hint", lang: "en" }, item.hint),
  explanation(item.code));
