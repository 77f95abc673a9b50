// Bad lines: says so, and that nothing is lost.
import { showState } from "./notices.js";

const SLOW_MS = 4_000;

/** Wait for what a view needs; what takes long is told, and what comes of it is passed on. */
export async function whenSlow(promise) {
  let clear = () => {};
  const timer = setTimeout(() => {
    clear = showState("Still loading: the connection is slow.");
  }, SLOW_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clear();
  }
}

/** Say while the device is offline. */
export function watchConnection() {
  let clear = null;
  const tell = () => {
    if (navigator.onLine === Boolean(clear)) {
      clear?.();
      clear = navigator.onLine ? null : showState("You are offline. What you do is kept on this device and sent later; nothing is lost.");
    }
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
}
