// One request and its answer. What goes wrong is either a Problem the server told, or Unreachable.
const TIMEOUT_MS = 20_000;
const WORTH_REPEATING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The server's answer was a problem (RFC 9457). Its message is for people. */
export class Problem extends Error {
  constructor(status, body) {
    const detail = body.detail && body.detail !== body.title ? ` ${body.detail}` : "";
    super(`${body.title ?? `The server answered ${status}`}.${detail}`.replace(/\.\./g, "."));
    this.status = status;
    this.type = body.type ?? "about:blank";
    this.traceId = body.traceId ?? "";
    this.errors = body.errors ?? [];
  }

  /** Whether the same request may well succeed later. */
  get passing() {
    return WORTH_REPEATING.has(this.status);
  }
}

/** There was no answer: no connection, or it was lost on the way. */
export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached.");
    this.passing = true;
  }
}

/** Send JSON, get JSON. Throws Problem or Unreachable. */
export async function request(method, path, { body, token } = {}) {
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: abortAfter(TIMEOUT_MS),
    });
    text = await response.text();
  } catch {
    throw new Unreachable();
  }
  if (response.status === 204) return null;
  if (!response.ok) throw new Problem(response.status, parsed(text) ?? {});
  const answer = parsed(text);
  if (answer === null) throw new Unreachable();
  return answer;
}

function abortAfter(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
