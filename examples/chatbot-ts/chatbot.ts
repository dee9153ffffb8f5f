/**
 * A chatbot behind goim. Clients call it with operation 2000; it answers the call, and says
 * something in the room that the client is in. Start as many as you like: calls are divided over
 * them. See README.md beside this file.
 */
import { connect, headers, type Msg } from "@nats-io/transport-node";

const NATS_URL = process.env.NATS_URL ?? "nats://127.0.0.1:4222";
const PUSH_API = process.env.GOIM_API ?? "http://127.0.0.1:3111";
const API_KEY = process.env.GOIM_API_KEY ?? "";
const SUBJECT = process.env.BOT_SUBJECT ?? "goim.up.2000";
const BOT_OP = 1000;
/** Calls answered at once; those beyond are left to their timeout. */
const IN_WORK_MAX = 1024;
const STOP_MS = 5_000;

interface Question {
  readonly room: string;
  readonly text: string;
}

/** What goes back to the client as an error packet with this code. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** goim writes header values as URLs do: `%0A` for a line break. */
function header(message: Msg, name: string): string {
  const value = message.headers?.get(name) ?? "";
  return decodeURIComponent(value);
}

function questionOf(message: Msg): Question {
  let question: Partial<Question>;
  try {
    question = message.json<Partial<Question>>();
  } catch {
    throw new Refusal("invalid", "the call is no JSON");
  }
  const { room, text } = question ?? {};
  if (typeof room !== "string" || typeof text !== "string") {
    throw new Refusal("invalid", 'a call is like {"room":"live://1","text":"hi"}');
  }
  // goim says which rooms the client is in; what the client says is not believed.
  const rooms = (message.headers?.get("Goim-Rooms") ?? "").split(",").map(decodeURIComponent);
  if (!rooms.includes(room)) throw new Refusal("forbidden", `you are not in ${room}`);
  return { room, text };
}

function replyTo({ text }: Question): string {
  return /^h(i|ello)\b/i.test(text) ? "Hello! Ask me anything." : `You said: ${text}`;
}

/** Stored once however often it is sent: the id is made of the call. */
async function sayInRoom(message: Msg, { room }: Question, line: string): Promise<void> {
  const [type = "", name = ""] = room.split("://");
  const answer = await fetch(`${PUSH_API}/api/v1/push/room`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": `bot-${header(message, "Goim-Conn")}-${header(message, "Goim-Seq")}`,
      ...(API_KEY === "" ? {} : { Authorization: `Bearer ${API_KEY}` }),
    },
    body: JSON.stringify({ type, room: name, op: BOT_OP, body: line }),
    signal: AbortSignal.timeout(3_000),
  });
  if (!answer.ok) throw new Refusal("unavailable", `the push was answered with ${answer.status}`);
}

async function take(message: Msg): Promise<void> {
  // Too late: the client has its timeout already, and nobody wants the line any more.
  if (Date.now() > Number(header(message, "Goim-Deadline"))) return;
  try {
    const question = questionOf(message);
    const line = replyTo(question);
    await sayInRoom(message, question, line);
    message.respond(JSON.stringify({ said: line, to: header(message, "Goim-Mid") }));
  } catch (error) {
    const refused = error instanceof Refusal;
    const reply = headers();
    reply.set("Goim-Error-Code", refused ? error.code : "internal");
    reply.set("Nats-Service-Error", refused ? error.message : "the bot failed");
    message.respond("", { headers: reply });
    if (!refused) console.error(error);
  }
}

const connection = await connect({ servers: NATS_URL, name: "chatbot" });
let inWork = 0;
// The queue group: each call goes to one of all the bots.
const subscription = connection.subscribe(SUBJECT, {
  queue: "chatbot",
  callback: (error, message) => {
    if (error !== null || inWork >= IN_WORK_MAX) return;
    inWork++;
    void take(message).finally(() => inWork--);
  },
});
await connection.flush();
console.log(`chatbot: listening on ${SUBJECT}`);

async function stop(): Promise<void> {
  await subscription.drain();
  const until = Date.now() + STOP_MS;
  while (inWork > 0 && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
  await connection.drain();
  process.exit(0);
}
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());
