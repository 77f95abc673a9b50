// The guest account of this device: made at the first need, its tokens renewed in time.
import { zone } from "./events.js";
import { Problem, request } from "./http.js";
import { notify } from "./notices.js";
import { forget, names, read, write } from "./storage.js";

const EARLY_MS = 30_000;
const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;
let renewing = null;

/** An access token that holds for now. */
export async function accessToken() {
  const account = read("account");
  if (account && Date.parse(account.accessTokenExpiresAt) - Date.now() > EARLY_MS) return account.accessToken;
  return renew();
}

/** A fresh access token; callers at the same time share one renewal. */
export function renew() {
  renewing ??= renewed().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renewed() {
  const account = read("account");
  if (!account) return startAfresh();
  try {
    return keep(account, await request("POST", "/v1/auth/refresh", { body: { refreshToken: account.refreshToken } }));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  const { learnerId, deviceSecret } = account;
  try {
    return keep(account, await request("POST", "/v1/auth/guest", { body: { ...about(), learnerId, deviceSecret } }));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  for (const name of ["account", "lesson", "game", ...names("pending."), ...names("draft.")]) forget(name);
  notify("This server does not know this device any more, so you start afresh.");
  return startAfresh();
}

async function startAfresh() {
  return keep({}, await request("POST", "/v1/auth/guest", { body: about() }));
}

function about() {
  const locale = LOCALE.test(navigator.language ?? "") ? navigator.language : "en";
  return { zone: zone(), locale };
}

function keep(account, tokens) {
  write("account", { zone: zone(), ...account, ...tokens });
  return tokens.accessToken;
}

function isRefused(error) {
  return error instanceof Problem && error.status === 401;
}

/** Tell the server when this device has moved to another time zone, for its local days. */
export async function tellZone(api) {
  const account = read("account");
  if (!account || account.zone === zone()) return;
  await api.patch("/me", { zone: zone() });
  write("account", { ...read("account"), zone: zone() });
}
