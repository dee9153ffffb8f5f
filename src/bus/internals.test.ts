import type { NatsConnection } from "@nats-io/nats-core";
import { expect, it } from "vitest";
import { Gathered } from "./internals.ts";

/** A connection whose client hands over what was published in a microtask, as the real one does. */
function setUp() {
  const writes: string[][] = [];
  let held: string[] | undefined;
  let waiting: string[] = [];
  const write = (commands: string[]) => {
    if (held === undefined) writes.push(commands);
    else held.push(...commands);
  };
  const socket = {
    cork: () => {
      held = [];
    },
    uncork: () => {
      const commands = held ?? [];
      held = undefined;
      if (commands.length > 0) write(commands);
    },
  };
  const connection = { protocol: { transport: { socket } } } as unknown as NatsConnection;
  const gathered = new Gathered();
  const publish = (command: string) => {
    gathered.begin(connection);
    waiting.push(command);
    if (waiting.length > 1) return;
    queueMicrotask(() => {
      const commands = waiting;
      waiting = [];
      write(commands);
    });
  };
  return { gathered, publish, writes };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it("writes once what a turn published, with what its end adds", async () => {
  const { gathered, publish, writes } = setUp();
  publish("a");
  gathered.atEnd(() => publish("c"));
  await Promise.resolve();
  publish("b");
  gathered.atEnd(() => publish("d"));
  expect(writes).toEqual([]);
  await turn();
  expect(writes).toEqual([["a", "b", "c", "d"]]);
});

it("writes what only the end publishes in the same turn", async () => {
  const { gathered, publish, writes } = setUp();
  gathered.atEnd(() => publish("a"));
  await turn();
  expect(writes).toEqual([["a"]]);
});

it("leaves to the next end what an end asks for", async () => {
  const { gathered, publish, writes } = setUp();
  gathered.atEnd(() => {
    publish("a");
    gathered.atEnd(() => publish("b"));
  });
  await turn();
  expect(writes).toEqual([["a"]]);
  await turn();
  expect(writes).toEqual([["a"], ["b"]]);
  publish("c");
  await turn();
  expect(writes).toEqual([["a"], ["b"], ["c"]]);
});

it("writes what was published although an end fails", async () => {
  const { gathered, publish, writes } = setUp();
  const failed = new Promise((resolve) => process.once("uncaughtException", resolve));
  const others = process.listeners("uncaughtException").slice(0, -1);
  for (const other of others) process.removeListener("uncaughtException", other);
  gathered.atEnd(() => {
    publish("a");
    throw new Error("a bug");
  });
  await failed;
  for (const other of others) process.on("uncaughtException", other);
  await turn();
  expect(writes).toEqual([["a"]]);
});
