/** Names made of wildcards, dots and control characters, in every field of every call. */
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf, RoomsSystem } from "./rooms-system.ts";

const NAMES = [
  ...["*", ">", "a.*.>", "..", ".", "a b", "goim.push.all", "$JS.API.STREAM.DELETE.GOIM_ROOM"],
  ...[
    "a\r\nNats-Msg-Id: 1",
    "\u0000",
    "\u007f\t",
    "é中\u202e",
    "%2A",
    "../../x",
    "'\";--",
    "r".repeat(300),
  ],
];

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: Schema; required: boolean }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
}

/** A value that fits the schema, with `name` for every text. */
function made(schema: Schema, name: string, all: boolean): unknown {
  const one = schema.anyOf ?? schema.oneOf;
  if (one !== undefined) {
    const text = one.find(({ type }) => type === "string") ?? one[0];
    return text === undefined ? name : made(text, name, all);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === "object") {
    const entries = Object.entries(schema.properties ?? {}).filter(([key]) => {
      return all || schema.required?.includes(key);
    });
    return Object.fromEntries(entries.map(([key, value]) => [key, made(value, name, all)]));
  }
  if (schema.type === "array") return schema.items ? [made(schema.items, name, all)] : [name];
  if (schema.type === "integer" || schema.type === "number") return 1000;
  if (schema.type === "boolean") return true;
  return name;
}

let rooms: RoomsSystem;

/** Every subject in every stream has as many parts as one of its kind has, none a wildcard. */
async function subjectsAreWhole(): Promise<void> {
  const nats = await connect({ servers: rooms.system.nats.url });
  const manager = await jetstreamManager(nats);
  for await (const { config } of manager.streams.list()) {
    const info = await manager.streams.info(config.name, { subjects_filter: ">" });
    for (const subject of Object.keys(info.state.subjects ?? {})) {
      expect(subject, config.name).toMatch(/^[\x21-\x7e]+$/);
      expect(subject.split("."), subject).not.toContain("*");
      expect(subject.split("."), subject).not.toContain(">");
      // Class, shard, and the room as one part or two; shard and user.
      const shape = subject.startsWith("goim.push.room.")
        ? /^goim\.push\.room\.[^.]+\.\d+\.[^.]+(\.[^.]+)?$/
        : /^goim\.push\.user\.\d+\.[^.]+$|^(?!goim\.push\.user\.)/;
      expect(subject).toMatch(shape);
    }
  }
  await nats.close();
}

beforeAll(async () => {
  rooms = await RoomsSystem.start({ logics: 1, comets: 1 });
}, 60_000);
afterAll(() => rooms?.stop());

it("are names and nothing else, wherever they stand", async () => {
  const { http } = rooms.system.logics[0];
  await rooms.done("POST", "rooms", { type: "club", room: "witness", owner: "7", join: "members" });
  const witness = await rooms.v2(7);
  expect(codeOf((await witness.join("club://witness"))[0])).toBe("");

  const { secret } = (
    await rooms.api("POST", "keys", {
      name: "all",
      scopes: [
        ...["push:room", "push:user", "push:all", "rooms:write"],
        ...["users:write", "moderate", "read", "keys:write"],
      ],
    })
  ).json as { secret: string };
  const document = (await (await fetch(`${http}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  let calls = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      const schema = requestBody?.content["application/json"]?.schema;
      for (const name of NAMES) {
        for (const all of [false, true]) {
          const at = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(name));
          const query = new URLSearchParams();
          for (const parameter of parameters.filter((one) => one.in === "query")) {
            if (schema !== undefined || !(all || parameter.required)) continue;
            query.set(parameter.name, String(made(parameter.schema, name, all)));
          }
          const response = await fetch(`${http}${at}?${query}`, {
            method: method.toUpperCase(),
            headers: { "X-Api-Key": secret, "Content-Type": "application/json" },
            ...(method === "get"
              ? {}
              : { body: schema === undefined ? "x" : JSON.stringify(made(schema, name, all)) }),
          });
          const text = await response.text();
          expect(response.status, `${method} ${path} ${JSON.stringify(name)}: ${text}`).not.toBe(
            500,
          );
          expect(response.headers.get("nats-msg-id")).toBeNull();
          calls++;
        }
      }
    }
  }
  expect(calls).toBeGreaterThan(1000);

  // Nobody else was touched.
  await witness.counts();
  await witness.publish({ room: "club://witness", op: 1000 }, "still here");
  await subjectsAreWhole();
  const logs = rooms.system.logs();
  expect(logs).not.toContain("bug in");
  for (const line of logs.split("\n")) {
    expect(() => JSON.parse(line.replace(/^\[[\w-]+\] /, "")), line).not.toThrow();
  }
}, 120_000);
