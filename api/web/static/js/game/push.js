// Being told on this device: the browser's own subscription, registered with the service, and devices that have one.
import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { notify } from "../notices.js";
import { once } from "./frame.js";
import { dayWords } from "./words.js";

const WORKER = "/worker.js";
let policy = null;

/** The devices with a button to add this one; null where the service or the browser has no Web Push. */
export function pushDevices(key) {
  if (!key || !("serviceWorker" in navigator) || !("PushManager" in window)) return null;
  const body = h("div", { class: "stack" });
  const show = async () => {
    const { items } = await api.get("/me/notifications/devices");
    refill(body, list(items, show), adding(key, show));
  };
  show().catch(() => refill(body, adding(key, show))); // The list comes with the next visit.
  return body;
}

function list(devices, show) {
  return h("ul", { class: "days", role: "list", "aria-label": "Devices that are told" }, devices.map((device) => row(device, show)));
}

function row({ id, name, registeredAt }, show) {
  const words = name || "A device";
  const remove = () =>
    once(button, async () => {
      await api.remove(`/me/notifications/devices/${encodeURIComponent(id)}`);
      await show();
    });
  const button = h("button", { type: "button", class: "quiet", "aria-label": `Remove ${words}`, onclick: remove }, "Remove");
  return h("li", { class: "spread" }, h("span", {}, `${words}, since ${dayWords(registeredAt.slice(0, 10))}`), button);
}

function adding(key, show) {
  const add = () =>
    once(button, async () => {
      const { endpoint, keys } = (await subscription(key)).toJSON();
      await api.post("/me/notifications/devices", { kind: "webPush", name: deviceName(), endpoint, keys });
      await show();
      notify("This device is registered. What it is told is chosen above.");
    });
  const button = h("button", { type: "button", class: "secondary wide", onclick: add }, "Tell me on this device");
  return button;
}

/** This browser's subscription, made if there is none. Throws an Error whose message is for people. */
async function subscription(key) {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("The browser does not allow notifications of this page. Its settings can change that.");
  }
  await navigator.serviceWorker.register(workerAddress());
  const { pushManager } = await navigator.serviceWorker.ready;
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch {
    throw new Error("The browser’s push service gave no subscription. Nothing was changed; another try later may work.");
  }
}

/** The one script that may run as a worker: the page's policy takes no other address. */
function workerAddress() {
  if (!window.trustedTypes) return WORKER;
  policy ??= trustedTypes.createPolicy("pacer-worker", { createScriptURL: () => WORKER });
  return policy.createScriptURL(WORKER);
}

function deviceName() {
  const system = navigator.userAgentData?.platform || navigator.platform || "";
  return `Browser${system ? ` on ${system}` : ""}`.slice(0, 80);
}
