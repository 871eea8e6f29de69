// What the desk asks its server.
import { slug, t } from "./dom.js";

/** Something was refused, or the server is away (status 0). */
export class Refusal extends Error {
  constructor(message, hint, status) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal(t("away"), t("away_hint"), 0);
  }
  const isJson = (answer.headers.get("content-type") ?? "").startsWith("application/json");
  if (answer.ok && isJson) return answer.json();
  if (answer.status === 401) throw new Refusal(t("door_closed"), "report preview", 401);
  const said = isJson ? await answer.json() : { error: await answer.text(), hint: "" };
  throw new Refusal(said.error, said.hint ?? "", answer.status);
}

/** Return what a path below the briefing answers. */
export const get = (kind, rest = "") => ask(`/api/${kind}/${encodeURIComponent(slug)}${rest}`);

/** Return what comes of something that is asked for. */
export const post = (kind, rest, body) => ask(`/api/${kind}/${encodeURIComponent(slug)}${rest}`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
