// Pacer's API as this learner. A token that was refused is renewed once, and the request repeated.
import { accessToken, renew } from "./account.js";
import { stamped } from "./events.js";
import { Problem, request } from "./http.js";

async function asLearner(method, path, body) {
  try {
    return await request(method, `/v1${path}`, { body, token: await accessToken() });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return request(method, `/v1${path}`, { body, token: await renew() });
  }
}

export const api = {
  get: (path) => asLearner("GET", path),
  sendEvent: (method, path, event) => asLearner(method, path, stamped(event)),
  patch: (path, body) => asLearner("PATCH", path, body),
  post: (path, body) => asLearner("POST", path, body),
  remove: (path) => asLearner("DELETE", path),
  put: (path, body) => asLearner("PUT", path, body),
};
