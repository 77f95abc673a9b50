// Pacer's API as this learner. A token that was refused is renewed once, and the request repeated.
import { accessToken, renew } from "./account.js";
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
  post: (path, body) => asLearner("POST", path, body),
  patch: (path, body) => asLearner("PATCH", path, body),
};
