import fc from "fast-check";
import { expect, it } from "vitest";
import { check } from "./checker.ts";
import { type ClientStory, Story } from "./history.fixture.ts";
import type { Message } from "./history.ts";

const options = { mailboxes: true, mailboxLoss: false };
const ROOM = "live://1";
const LOG = `room:${ROOM}`;
const USER = "user:7";

/** What a flawless system may do to a client between two messages. */
type Step = "room" | "user" | "unknown" | "reconnect" | "away";

const steps = fc.array(fc.constantFrom<Step>("room", "user", "unknown", "reconnect", "away"), {
  minLength: 4,
  maxLength: 40,
});

/** A client of a system that keeps every promise; it follows one room and its user. */
class Flawless {
  readonly story = new Story();
  readonly client: ClientStory;
  readonly #version: 1 | 2;
  readonly #had = { room: 0, user: 0 };
  #waiting: Message[] = [];
  #online = true;

  constructor(version: 1 | 2) {
    this.#version = version;
    this.client = this.story.client(version, "7");
    this.#enter(undefined);
  }

  step(step: Step): void {
    if (step === "away" && this.#online) this.#leave();
    else if (step === "reconnect" || step === "away") this.#back();
    else {
      const answer = step === "unknown" ? "unknown" : "stored";
      const log = step === "user" ? USER : LOG;
      const message = this.story.publish(log, { answer, publisher: "p" });
      if (answer === "stored") this.#deliver(message);
    }
  }

  end(): void {
    if (!this.#online) this.#back();
  }

  #deliver(message: Message): void {
    if (!this.#online) this.#waiting.push(message);
    else {
      this.client.get(message);
      this.#had[message.log === USER ? "user" : "room"] = message.offset ?? 0;
    }
  }

  #leave(): void {
    this.client.end();
    this.#online = false;
  }

  #back(): void {
    if (this.#online) this.#leave();
    this.#enter(this.#had.room);
    this.#online = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) {
      // A client of version 1 begins anew in its room; its mailbox is replayed.
      if (this.#version === 2 || message.log === USER) this.#deliver(message);
    }
  }

  #enter(since: number | undefined): void {
    if (this.#version === 1) this.client.login().join(ROOM);
    else {
      this.client.login({ cursor: this.#had.user });
      this.client.join(ROOM, { since, from: this.#had.room });
    }
  }
}

function told(version: 1 | 2, list: readonly Step[]): Story {
  const flawless = new Flawless(version);
  for (const step of list) flawless.step(step);
  flawless.end();
  return flawless.story;
}

it.each([1, 2] as const)("finds nothing in a flawless history, version %i", (version) => {
  fc.assert(
    fc.property(steps, (list) => {
      expect(check(told(version, list).history, options)).toEqual([]);
    }),
  );
});

/** Places of pushes in the client's events. */
function pushesOf(story: Story): number[] {
  const events = story.clients[0]?.events ?? [];
  return events.flatMap((event, index) => (event.kind === "push" ? [index] : []));
}

const where = fc.nat();

it("finds any message left out, version 2", () => {
  fc.assert(
    fc.property(steps, where, (list, pick) => {
      const story = told(2, list);
      const pushes = pushesOf(story);
      fc.pre(pushes.length > 0);
      story.clients[0]?.events.splice(pushes[pick % pushes.length] as number, 1);
      expect(check(story.history, options)).not.toEqual([]);
    }),
  );
});

it.each([1, 2] as const)("finds any message that came twice, version %i", (version) => {
  fc.assert(
    fc.property(steps, where, (list, pick) => {
      const story = told(version, list);
      const pushes = pushesOf(story);
      fc.pre(pushes.length > 0);
      const index = pushes[pick % pushes.length] as number;
      const events = story.clients[0]?.events ?? [];
      events.splice(index, 0, events[index] as (typeof events)[number]);
      expect(check(story.history, options).map((one) => one.rule)).toContain("duplicate");
    }),
  );
});

it.each([1, 2] as const)("finds any two of one log in the wrong order, version %i", (version) => {
  fc.assert(
    fc.property(steps, where, (list, pick) => {
      const story = told(version, list);
      const events = story.clients[0]?.events ?? [];
      const pairs = pushesOf(story).filter((index) => {
        const [one, two] = [events[index], events[index + 1]];
        return one?.kind === "push" && two?.kind === "push" && one.message.log === two.message.log;
      });
      fc.pre(pairs.length > 0);
      const index = pairs[pick % pairs.length] as number;
      events.splice(index, 2, ...events.slice(index, index + 2).reverse());
      expect(check(story.history, options).map((one) => one.rule)).toContain("order");
    }),
  );
});
