/** goim's own calls for the OpenAPI document; ../push.ts and its neighbours do them. */

interface GoimCall {
  readonly method: "get" | "post";
  readonly summary: string;
  /** Query parameters by name; a required one ends with "!". */
  readonly query: Readonly<Record<string, object>>;
}

const int32 = { type: "integer", format: "int32" };
const int64 = { type: "integer", format: "int64" };
const text = { type: "string" };
const texts = { type: "array", items: text };
const push = { method: "post" } as const;
const get = { method: "get" } as const;

const calls: Readonly<Record<string, GoimCall>> = {
  "/goim/push/keys": {
    ...push,
    summary: "Push to single connections by their keys",
    query: { operation: int32, "keys!": texts },
  },
  "/goim/push/mids": {
    ...push,
    summary: "Push to all connections of users",
    query: { operation: int32, mids: { type: "array", items: int64 } },
  },
  "/goim/push/room": {
    ...push,
    summary: "Push to everybody in a room",
    query: { "operation!": int32, "type!": text, "room!": text },
  },
  "/goim/push/all": {
    ...push,
    summary: "Push to everybody",
    query: { "operation!": int32, speed: int32 },
  },
  "/goim/online/top": {
    ...get,
    summary: "Rooms of a type with the most connections",
    query: { "type!": text, "limit!": int64 },
  },
  "/goim/online/room": {
    ...get,
    summary: "Connections of rooms",
    query: { "type!": text, "rooms!": texts },
  },
  "/goim/online/total": { ...get, summary: "Connections and addresses in all", query: {} },
  "/goim/nodes/weighted": {
    ...get,
    summary: "Comets for a new client to connect to",
    query: { platform: text, region: text },
  },
  "/goim/nodes/instances": { ...get, summary: "All comets", query: {} },
};

const answer = {
  type: "object",
  required: ["code", "message"],
  properties: {
    code: { ...int32, description: "0: done. -400: the caller's mistake. -500: ours." },
    message: text,
    data: { description: "What was asked for." },
  },
};

/** Path items, in goim's words. */
export function goimPaths(): Record<string, Record<string, object>> {
  return Object.fromEntries(
    Object.entries(calls).map(([path, { method, summary, query }]) => {
      const parameters = Object.entries(query).map(([name, schema]) => ({
        name: name.replace("!", ""),
        in: "query",
        required: name.endsWith("!"),
        schema,
      }));
      const any = { schema: { description: "The message itself, any bytes." } };
      const body = method === "post" ? { requestBody: { content: { "*/*": any } } } : {};
      const content = { "application/json": { schema: answer } };
      const responses = {
        200: { description: "Done, or not: see `code`.", content },
        default: { description: "Not done: see `code` and `message`.", content },
      };
      const operationId = operationIdOf(method, path);
      return [path, { [method]: { operationId, summary, parameters, ...body, responses } }];
    }),
  );
}

/** `goimPostPushRoom` */
function operationIdOf(method: string, path: string): string {
  const words = [method, ...path.split("/").slice(2)];
  return `goim${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}
