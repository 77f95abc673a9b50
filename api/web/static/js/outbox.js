// Events on their way. One that got no answer is kept on this device and sent again, the very same, until it is
// answered: the server knows it by its id, so it counts once however often it arrives.
import { api } from "./api.js";
import { showWaiting } from "./notices.js";
import { forget, names, read, write } from "./storage.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const underWay = new Map();

/** Send an event and get its answer, however long that takes. Throws Problem if it was refused for good. */
export function send(path, event, method = "POST") {
  write(`pending.${event.eventId}`, { path, event, method });
  return deliver({ path, event, method });
}

/** Send what an earlier visit left behind, oldest first. Returns the answers that came: [{path, answer}]. */
export async function sendLeftovers() {
  const answers = [];
  for (const name of names("pending.")) {
    const parcel = read(name);
    try {
      answers.push({ path: parcel.path, answer: await deliver(parcel) });
    } catch {
      // Refused for good: there is nothing left to send.
    }
  }
  return answers;
}

function deliver(parcel) {
  const id = parcel.event.eventId;
  if (!underWay.has(id)) underWay.set(id, persist(id, parcel).finally(() => underWay.delete(id)));
  return underWay.get(id);
}

async function persist(id, { path, event, method = "POST" }) {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      const answer = await api.sendEvent(method, path, event);
      forget(`pending.${id}`);
      return answer;
    } catch (error) {
      if (!error.passing) {
        forget(`pending.${id}`);
        throw error;
      }
      await pause(wait);
    }
  }
}

/** Wait, but not longer than until the connection is back or the learner asks for it. */
async function pause(ms) {
  const notice = showWaiting(Math.round(ms / 1000));
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const now = () => {
      clearTimeout(timer);
      resolve();
    };
    addEventListener("online", now, { once: true });
    notice.onNow(now);
  });
  notice.remove();
}
