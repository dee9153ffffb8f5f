import { describe, expect, it } from "vitest";
import { type CheckOptions, check } from "./checker.ts";
import { Story } from "./history.fixture.ts";
import { UNKNOWN } from "./history.ts";

const promised: CheckOptions = { mailboxes: true, mailboxLoss: false };
const ROOM = "live://1";
const LOG = `room:${ROOM}`;

function rules(story: Story, options: CheckOptions = promised): string[] {
  return check(story.history, options).map(({ rule, open }) => (open ? `${rule}?` : rule));
}

describe("what publishers are told", () => {
  it("two messages never share an offset", () => {
    const story = new Story();
    story.publish(LOG, { offset: 1024 });
    story.publish(LOG, { offset: 1024 });
    expect(rules(story)).toEqual(["offset-twice"]);
  });

  it("answers that are awaited are stored in order", () => {
    const story = new Story();
    story.publish(LOG, { offset: 2048, publisher: "p" });
    story.publish(LOG, { offset: 1024, publisher: "p" });
    expect(rules(story)).toEqual(["commit-order"]);
  });

  it("a repetition is stored once", () => {
    const story = new Story();
    const message = story.publish(LOG);
    message.repeats.push({ offset: 1024, duplicate: true });
    expect(rules(story)).toEqual([]);
    message.repeats.push({ offset: 2048, duplicate: false });
    expect(rules(story)).toEqual(["repeat"]);
  });

  it("what was refused comes to nobody", () => {
    const story = new Story();
    const client = story.client(1).login().join(ROOM);
    client.get(story.publish(LOG, { answer: "refused" }));
    expect(rules(story)).toEqual(["refused"]);
  });
});

describe("a room, version 1", () => {
  it("is fine when everything comes once and in order", () => {
    const story = new Story();
    story.publish(LOG);
    const client = story.client(1).login().join(ROOM);
    client.get(story.publish(LOG), story.publish(LOG, { offset: undefined }), story.publish(LOG));
    expect(rules(story)).toEqual([]);
  });

  it("has no duplicate, no disorder and no gap on a connection", () => {
    const story = new Story();
    const [a, b, c] = [story.publish(LOG), story.publish(LOG), story.publish(LOG)];
    story.client(1).login().join(ROOM).get(a, a, b, c);
    story.client(1).login().join(ROOM).get(b, a, c);
    story.client(1).login().join(ROOM).get(a, c);
    expect(rules(story)).toEqual(["duplicate", "order", "gap"]);
  });

  it("leaves nothing out after the reply to the join", () => {
    const story = new Story();
    const client = story.client(1).login().join(ROOM);
    story.publish(LOG);
    client.get(story.publish(LOG));
    expect(rules(story)).toEqual(["gap"]);
  });

  it("owes what was pushed while the client stays", () => {
    const story = new Story();
    const client = story.client(1).login().join(ROOM);
    story.publish(LOG);
    expect(rules(story)).toEqual(["missing?"]);
    client.end();
    expect(rules(story)).toEqual(["not-connected?"]);
    client.login().join(ROOM);
    expect(rules(story)).toEqual([]);
  });

  it("owes what is stored nobody knows where", () => {
    const story = new Story();
    story.client(1).login().join(ROOM);
    story.publish(LOG, { offset: undefined });
    expect(rules(story)).toEqual(["missing?"]);
  });

  it("keeps a publisher's order where offsets are unknown", () => {
    const story = new Story();
    const unknown = { offset: undefined, publisher: "p" };
    const [a, b] = [story.publish(LOG, unknown), story.publish(LOG, unknown)];
    story.client(1).login().join(ROOM).get(b, a);
    expect(rules(story)).toEqual(["order"]);
  });

  it("is not heard of after it was left", () => {
    const story = new Story();
    const client = story.client(1).login().join(ROOM).join("live://2");
    client.get(story.publish(LOG));
    expect(rules(story)).toEqual(["misrouted"]);
  });
});

describe("a user, version 1", () => {
  const user = "user:7";

  it("gets in order what is pushed while it stays", () => {
    const story = new Story();
    const client = story.client(1, "7").login();
    const [a, b, c] = [story.publish(user), story.publish(user), story.publish(user)];
    client.get(a, c);
    expect(rules(story)).toEqual(["gap"]);
    expect(rules(story, { ...promised, mailboxes: false })).toEqual([]);
    client.get(b);
    expect(rules(story)).toEqual(["gap", "order"]);
  });

  it("is nobody else", () => {
    const story = new Story();
    story.client(1, "8").login().get(story.publish(user));
    expect(rules(story)).toEqual(["misrouted"]);
  });

  it("may get again on another connection what it had", () => {
    const story = new Story();
    const client = story.client(1, "7").login();
    const message = story.publish(user);
    client.get(message).end().login().get(message);
    expect(rules(story)).toEqual([]);
  });
});

describe("a room, version 2", () => {
  it("goes on where it was, on the next connection", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 0 });
    client.get(story.publish(LOG)).end();
    const missed = story.publish(LOG);
    client.login().join(ROOM, { since: 1024, from: 1024 }).get(missed);
    expect(rules(story)).toEqual([]);
  });

  it("has no gap over connections", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 0 });
    client.get(story.publish(LOG)).end();
    story.publish(LOG);
    client.login().join(ROOM, { since: 1024, from: 1024 }).get(story.publish(LOG));
    expect(rules(story)).toEqual(["gap"]);
  });

  it("does not go on behind what the client has", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 0 });
    client.get(story.publish(LOG)).end();
    story.publish(LOG);
    client.login().join(ROOM, { since: 1024, from: 2048 });
    expect(rules(story)).toEqual(["resume-gap"]);
  });

  it("is not reset and not truncated while everything is kept", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 0 });
    client.state(LOG).end().login();
    client.join(ROOM, { since: 0, from: 0, reset: true });
    expect(rules(story)).toEqual(["log-state", "reset"]);
  });

  it("does not begin behind what was pushed after the reply", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 1024 });
    const message = story.publish(LOG);
    expect(rules(story)).toEqual(["joined-too-late"]);
    client.get(message);
    expect(rules(story)).toEqual(["joined-too-late", "order"]);
  });

  it("tells each message where it is, and each once", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 0 });
    const [a, b] = [story.publish(LOG), story.publish(LOG)];
    client.get(a, a, b);
    story.client(2).login().join(ROOM, { from: 0 }).push(a, { offset: 512 }).push(b, {});
    expect(rules(story)).toEqual(["duplicate", "stored-twice", "gap"]);
  });

  it("takes what one client was given for stored", () => {
    const story = new Story();
    const message = story.publish(LOG, { answer: "unknown" });
    story.client(2).login().join(ROOM, { from: 0 }).push(message, { offset: 1024 });
    story.client(2).login().join(ROOM, { from: 0 });
    expect(rules(story)).toEqual(["missing?"]);
  });

  it("comes only while the client is in it, under its number", () => {
    const story = new Story();
    const client = story.client(2).login().join(ROOM, { from: 0 }).leave(ROOM);
    const message = story.publish(LOG);
    client.get(message).push(message, { log: "room:live://2" });
    expect(rules(story)).toEqual(["not-joined", "misrouted"]);
  });
});

describe("a user, version 2", () => {
  const user = "user:7";

  it("gets what it did not acknowledge again, and nothing is missing", () => {
    const story = new Story();
    const client = story.client(2, "7").login({ cursor: 0 });
    const [a, b, c] = [story.publish(user), story.publish(user), story.publish(user)];
    client.get(a, b).acked(1024).end().login({ cursor: 1024 }).get(b, c);
    expect(rules(story)).toEqual([]);
  });

  it("is told when its acknowledgement was lost, and when the cursor passed a gap", () => {
    const story = new Story();
    const client = story.client(2, "7").login({ cursor: 0 });
    const [a, b] = [story.publish(user), story.publish(user)];
    client.get(a).acked(1024).end().login({ cursor: 0 }).get(a).end();
    client.login({ cursor: 2048 });
    expect(rules(story)).toEqual(["ack-forgotten", "cursor-past-gap"]);
    expect(check(story.history, promised)[1]?.message).toBe(b);
  });

  it("has lost messages only when the schedule lost mailboxes", () => {
    const story = new Story();
    story.client(2, "7").login({ cursor: 0 }).end().login({ cursor: 0, oldest: 2048 });
    expect(rules(story)).toEqual(["truncated"]);
    expect(rules(story, { ...promised, mailboxLoss: true })).toEqual([]);
  });
});

describe("an app with the SDK", () => {
  const user = "user:7";

  it("has each message once, over all its connections", () => {
    const story = new Story();
    const client = story.client(2, "7", true).login().join(ROOM, { from: UNKNOWN });
    const [a, b, c] = [story.publish(user), story.publish(LOG), story.publish(user)];
    client.get(a, b).end().login().get(c, story.publish(LOG));
    expect(rules(story)).toEqual([]);
    client.get(a);
    expect(rules(story)).toEqual(["duplicate"]);
  });

  it("misses nothing in between and nothing at the end", () => {
    const story = new Story();
    const client = story.client(2, "7", true).login().join(ROOM, { from: 0 });
    const [a, , c] = [story.publish(user), story.publish(user), story.publish(user)];
    client.get(a).end().login().get(c);
    story.publish(LOG);
    expect(rules(story)).toEqual(["gap", "missing?"]);
  });

  it("is owed what was pushed before its first message came", () => {
    const story = new Story();
    story.client(2, "7", true).login();
    story.publish(user);
    expect(rules(story)).toEqual(["missing?"]);
  });
});

describe("the broadcast and keys", () => {
  it("are gapless on a connection, and in order", () => {
    const story = new Story();
    const client = story.client(2).login({ all: 0 });
    story.publish("all");
    client.get(story.publish("all"));
    expect(rules(story)).toEqual(["gap"]);
  });

  it("are for those keys only, once", () => {
    const story = new Story();
    const one = story.client(1).login();
    const message = story.publish("key:k-c0", { offset: 1024 });
    one.get(message, message);
    const two = story.client(2).login();
    two.get(message).push(story.publish("key:k-c1"), { offset: 2048 });
    two.push(story.publish("key:k-c1"), { offset: 2048 });
    expect(rules(story)).toEqual(["duplicate", "misrouted", "order"]);
  });
});

it("text that nobody published is reported", () => {
  const story = new Story();
  story.client(2).history.events.push({ kind: "stray", at: 1, text: "what" });
  expect(rules(story)).toEqual(["stray", "not-connected?"]);
});
