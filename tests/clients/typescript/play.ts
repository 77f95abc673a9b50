// Plays a lesson: node built/play.js ADDRESS. Prints one line of JSON. All types come from the OpenAPI document.
import { randomBytes, randomUUID } from "node:crypto";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Exercise = Schemas["Exercise"];
type Answer = Schemas["AnswerRequest"]["answer"];

const address = process.argv[2];
if (address === undefined) throw new Error("usage: node built/play.js ADDRESS");
const client = createClient<paths>({ baseUrl: address });
let sequence = 0;

/** A UUID of version 7. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = randomBytes(10).toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

function event() {
  sequence += 1;
  const clientTime = new Date().toISOString();
  return { eventId: newId(), clientTime, zone: "Europe/Madrid", deviceId: "node", sequence };
}

/** The data of an answer, or an error that names the problem. */
function got<T>(result: { data?: T; error?: Schemas["Problem"] | undefined; response: Response }): T {
  if (result.data === undefined) throw new Error(`${result.response.status}: ${JSON.stringify(result.error)}`);
  return result.data;
}

/** Some answer of the right kind; the compiler sees to it that no kind is left out. */
function answerTo(shown: Exercise["presented"]): Answer {
  switch (shown.kind) {
    case "multipleChoice":
      return { kind: "multipleChoice", choice: shown.options[0]?.id ?? "" };
    case "multipleResponse":
      return { kind: "multipleResponse", choices: shown.options.slice(0, 1).map((option) => option.id) };
    case "trueFalse":
      return { kind: "trueFalse", value: true };
    case "numeric":
      return { kind: "numeric", text: "1" };
    case "shortText":
      return { kind: "shortText", text: "print" };
    case "cloze": {
      const gaps = shown.parts.flatMap((part) => (part.kind === "gap" ? [part] : []));
      return { kind: "cloze", gaps: Object.fromEntries(gaps.map((gap) => [gap.id, gap.options?.[0] ?? "x"])) };
    }
    case "ordering":
      return { kind: "ordering", order: shown.options.map((option) => option.id) };
    case "matching":
      return { kind: "matching", pairs: Object.fromEntries(shown.left.map((one, at) => [one.id, shown.right[at]?.id ?? ""])) };
    case "expression":
      return { kind: "expression", text: shown.variables?.[0] ?? "1" };
    case "date":
      return { kind: "date", text: "1815-06-18" };
    case "list":
      return { kind: "list", entries: ["x"] };
    case "translate":
      return { kind: "translate", text: "x" };
    case "openResponse":
      return { kind: "openResponse", text: "x" };
    case "essay":
      return { kind: "essay", text: "word ".repeat(Math.max(1, shown.leastWords)).trim() };
    default: {
      const unknown: never = shown;
      throw new Error(`an exercise of a kind that is not in the document: ${JSON.stringify(unknown)}`);
    }
  }
}

async function play(): Promise<void> {
  const key = { header: { "Idempotency-Key": randomUUID() } };
  const tokens = got(await client.POST("/v1/auth/guest", { params: key, body: { zone: "Europe/Madrid" } }));
  const signedIn: Middleware = {
    onRequest: ({ request }) => {
      request.headers.set("authorization", `Bearer ${tokens.accessToken}`);
      return request;
    },
  };
  client.use(signedIn);

  const tracks = got(await client.GET("/v1/tracks", { params: { query: { limit: 1 } } }));
  const track = tracks.items[0];
  if (track === undefined) throw new Error("there is no track");
  const enrolment = got(
    await client.POST("/v1/tracks/{trackId}/enrolments", { params: { path: { trackId: track.id } }, body: event() }),
  );
  const session = got(await client.POST("/v1/sessions", { body: { ...event(), enrolmentId: enrolment.id, length: 3 } }));

  const params = { path: { sessionId: session.id } };
  let exercise = session.exercise ?? null;
  let answered = 0;
  let xp = 0;
  while (exercise !== null) {
    const body = { ...event(), decisionId: exercise.decisionId, answer: answerTo(exercise.presented), secondsTaken: 9 };
    const result: Schemas["AnswerResult"] = got(await client.POST("/v1/sessions/{sessionId}/answers", { params, body }));
    answered += 1;
    xp += result.reward.xp;
    exercise = result.next ?? null;
  }
  const finished = got(await client.POST("/v1/sessions/{sessionId}/finish", { params, body: event() }));
  const game = got(await client.GET("/v1/me/game"));
  const wrong = await client.GET("/v1/sessions/{sessionId}", { params: { path: { sessionId: newId() } } });
  const told = { answered, xp, total: game.xp.total, summary: finished.summary.answered, problem: wrong.error?.type };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

await play();
