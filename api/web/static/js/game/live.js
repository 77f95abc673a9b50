// Live events of this learner while a view is open: server-sent events, read by fetch, as EventSource sends no token.
import { accessToken } from "../account.js";
import { showChips } from "../header.js";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** Call `on[name](data)` for each event until the reader goes to another view. Pauses while the page is hidden, and calls
 * `on.shown()` when it is seen again. */
export function watch(on) {
  const view = { over: false, last: "", controller: null, on };
  const stop = () => {
    view.over = true;
    view.controller?.abort();
  };
  const hide = () => document.hidden && view.controller?.abort();
  addEventListener("hashchange", stop, { once: true });
  document.addEventListener("visibilitychange", hide);
  run(view).finally(() => document.removeEventListener("visibilitychange", hide));
}

async function run(view) {
  for (let wait = FIRST_WAIT_MS; !view.over; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const unseen = await whileHidden();
    if (view.over) return;
    if (unseen) view.on.shown?.();
    view.controller = new AbortController();
    try {
      await listen(view, () => {
        wait = FIRST_WAIT_MS;
      });
    } catch {
      // The connection ended; it is made again after a while.
    }
    if (!view.over) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Wait until the page is seen; returns whether it was not. */
async function whileHidden() {
  if (!document.hidden) return false;
  await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  return true;
}

async function listen(view, heard) {
  const headers = { accept: "text/event-stream", authorization: `Bearer ${await accessToken()}` };
  if (view.last) headers["last-event-id"] = view.last;
  const response = await fetch("/v1/me/events", { headers, cache: "no-store", signal: view.controller.signal });
  if (!response.ok) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) take(view, frame, heard);
  }
}

function take(view, frame, heard) {
  const fields = Object.fromEntries(frame.split("\n").map((line) => line.split(/: (.*)/s, 2)));
  if (fields.id) view.last = fields.id;
  if (!fields.event || view.over) return;
  heard();
  const data = JSON.parse(fields.data);
  if (fields.event === "game") showChips(data);
  view.on[fields.event]?.(data);
}
