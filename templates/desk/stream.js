// The server tells what changes; where it went away, it is looked for until it is back.
import { slug } from "./dom.js";

// It says something every two seconds; longer silence means that it is gone, whatever the connection says.
const SILENCE_MS = 9000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/** Listens for one view of the briefing; `heard` gets the name and the data of each event, `state` live or lost. */
export class Stream {
  constructor(heard, state) {
    this.heard = heard;
    this.state = state;
    this.look = "";
    this.waited = FIRST_WAIT_MS;
    document.addEventListener("visibilitychange", () => {
      // A browser has six connections for all tabs of a server: one that nobody sees holds none.
      if (document.hidden) this.stop();
      else this.open(this.look);
    });
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(this.look); });
  }

  /** Listen for a view and locale: `full/zh-Hans`. */
  open(look) {
    this.look = look;
    this.stop();
    if (!look) return;
    const source = new EventSource(`/api/events/${encodeURIComponent(slug)}/${look}`);
    this.source = source;
    for (const name of ["hello", "pages", "state", "beat"]) {
      source.addEventListener(name, (event) => {
        this.waited = FIRST_WAIT_MS;
        this.watch();
        this.state("live");
        this.heard(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => this.lose());
    this.watch();
  }

  /** Look for the server now. */
  retry() {
    this.waited = FIRST_WAIT_MS;
    this.open(this.look);
  }

  stop() {
    clearTimeout(this.silence);
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), SILENCE_MS);
  }

  lose() {
    this.stop();
    this.state("lost");
    this.again = setTimeout(() => this.open(this.look), this.waited);
    this.waited = Math.min(this.waited * 1.6, LONGEST_WAIT_MS);
  }
}
