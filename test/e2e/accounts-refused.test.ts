/** What a process that was taken over is refused on NATS (nats/accounts.conf). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../harness/wait.ts";
import { AccountsSystem, type Intruder } from "./accounts-system.ts";

let accounts: AccountsSystem;
let comet: Intruder;
let job: Intruder;

beforeAll(async () => {
  accounts = await AccountsSystem.start();
  comet = await accounts.intruder("comet");
  job = await accounts.intruder("job");
}, 60_000);
afterAll(async () => {
  await accounts?.stop();
});

const lastSecret = '{"last_by_subj":"$KV.GOIM_USERS.s.signing"}';

/** A consumer of the secrets, as JetStream's API takes it. */
const evil = JSON.stringify({
  stream_name: "KV_GOIM_USERS",
  config: {
    ...{ name: "evil", durable_name: "evil", deliver_subject: "_INBOX_goim_comet.evil" },
    ...{ deliver_policy: "all", ack_policy: "none" },
  },
});

describe("a comet or job that was taken over", () => {
  it("cannot push, or decide, in logic's name", async () => {
    const before = await accounts.rooms.api("GET", "rooms/live/forged/messages");
    for (const [name, intruder] of Object.entries({ comet, job })) {
      for (const subject of [
        "goim.push.room.live.1.live.forged",
        "goim.push.user.1.7",
        "goim.push.all",
        "goim.acked.7",
        "goim.rooms.changed",
        "goim.event.moderation.ban",
        "goim.comet.comet-1.kick",
        "$KV.GOIM_RULES.ban.user.7",
        "$KV.GOIM_SESSIONS.k.x",
        "$KV.GOIM_USERS.u.7",
      ]) {
        expect(await intruder.may(subject, "{}"), `${name} ${subject}`).toBe(false);
      }
    }
    const logic = await accounts.intruder("logic");
    expect(await logic.may("goim.acked.7")).toBe(true);
    // Events come from where they happen, casts and receipts from job.
    const casts = ["goim.room.live.1", "goim.all", "goim.event.online.7", "goim.receipt.a.1"];
    for (const subject of casts) expect(await comet.may(subject), subject).toBe(false);
    const after = await accounts.rooms.api("GET", "rooms/live/forged/messages");
    expect(after.json).toEqual(before.json);
  });

  it("hears no answers to others, no pushes, no questions to logic", async () => {
    const others = [">", "_INBOX.>", "_INBOX_goim_logic.>", "_INBOX_goim_*.>", "$KV.>", "$JS.>"];
    others.push("goim.push.>", "goim.logic.>", "goim.>", "goim.up.>", "goim.hook.>", "$SRV.>");
    for (const subject of [...others, "_INBOX_goim_job.>", "goim.comet.*.counts"]) {
      expect(await comet.mayHear(subject), `comet ${subject}`).toBe(false);
    }
    for (const subject of [...others, "_INBOX_goim_comet.>", "goim.comet.>", "goim.receipt.>"]) {
      expect(await job.mayHear(subject), `job ${subject}`).toBe(false);
    }
    expect(await comet.mayHear("_INBOX_goim_comet.mine")).toBe(true);
    expect(await job.mayHear("_INBOX_goim_job.mine")).toBe(true);
  });

  it("reads no passwords, secrets and keys, in none of the ways", async () => {
    for (const [name, intruder] of Object.entries({ comet, job })) {
      for (const [subject, payload] of [
        ["$JS.API.STREAM.MSG.GET.KV_GOIM_USERS", lastSecret],
        ["$JS.API.STREAM.MSG.GET.KV_GOIM_RULES", '{"seq":1}'],
        ["$JS.API.STREAM.INFO.KV_GOIM_USERS", '{"subjects_filter":">"}'],
        ["$JS.API.DIRECT.GET.KV_GOIM_USERS", lastSecret],
        ["$JS.API.DIRECT.GET.KV_GOIM_USERS.$KV.GOIM_USERS.s.signing", ""],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_USERS", "{}"],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_USERS.x", "{}"],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_USERS.x.$KV.GOIM_USERS.>", "{}"],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_RULES.x", "{}"],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_RULES.x.$KV.GOIM_RULES.>", "{}"],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_RULES.x.$KV.GOIM_RULES.apikey.*", "{}"],
        ["$JS.API.CONSUMER.DURABLE.CREATE.KV_GOIM_USERS.x", "{}"],
        ["$JS.API.CONSUMER.MSG.NEXT.KV_GOIM_USERS.x", "1"],
        ["$JS.API.STREAM.SNAPSHOT.KV_GOIM_USERS", "{}"],
        ["$JS.API.STREAM.NAMES", ""],
        ["$JS.API.STREAM.DELETE.GOIM_ROOM", ""],
        ["$JS.API.STREAM.PURGE.GOIM_ROOM", "{}"],
      ] as const) {
        expect(await intruder.may(subject, payload), `${name} ${subject}`).toBe(false);
      }
    }
    const logic = await accounts.intruder("logic");
    expect(await logic.may("$JS.API.STREAM.MSG.GET.KV_GOIM_USERS", lastSecret)).toBe(true);
    for (const subject of [
      "$JS.API.CONSUMER.CREATE.GOIM_ROOM.x.goim.push.>",
      "$JS.API.STREAM.MSG.GET.GOIM_USER",
      "$JS.API.DIRECT.GET.GOIM_USER",
      "$JS.API.DIRECT.GET.KV_GOIM_SESSIONS",
    ]) {
      expect(await comet.may(subject, "{}"), subject).toBe(false);
    }
    expect(await comet.may("$JS.API.STREAM.MSG.GET.GOIM_ROOM", '{"seq":1}')).toBe(true);
  });

  it("makes and changes no bucket: one with sources is filled from any other", async () => {
    for (const [name, intruder] of Object.entries({ comet, job })) {
      for (const bucket of ["COMETS", "LEASES", "MAILBOX", "SESSIONS", "MINE"]) {
        for (const verb of ["CREATE", "UPDATE", "RESTORE", "DELETE", "PURGE"]) {
          const stream = `KV_GOIM_${bucket}`;
          const config = { name: stream, sources: [{ name: "KV_GOIM_USERS" }] };
          const subject = `$JS.API.STREAM.${verb}.${stream}`;
          const may = await intruder.may(subject, JSON.stringify(config));
          expect(may, `${name} ${subject}`).toBe(false);
        }
      }
    }
  });

  it("cannot have JetStream ask for it, with what a comet wrote as the request", async () => {
    const consumers = async () => {
      const answer = await accounts.ask<{ consumers?: string[] | null }>(
        "CONSUMER.NAMES.KV_GOIM_USERS",
      );
      return answer.consumers ?? [];
    };
    const before = await consumers();
    await comet.connection.request("$KV.GOIM_COMETS.x.y.evil", evil);
    const last = '{"last_by_subj":"$KV.GOIM_COMETS.x.y.evil"}';
    const api = "$JS.API.CONSUMER.DURABLE.CREATE.KV_GOIM_USERS.evil";
    const direct = "$JS.API.DIRECT.GET.KV_GOIM_COMETS";
    expect(await comet.may(direct, last, api)).toBe(false);
    expect(await comet.may(`${direct}.$KV.GOIM_COMETS.x.y.evil`, "", api)).toBe(false);
    const feed = "$JS.API.CONSUMER.CREATE.KV_GOIM_COMETS.x";
    expect(await comet.may(feed, "{}", api)).toBe(false);
    expect(await comet.may(`${feed}.$KV.GOIM_COMETS.>`, "{}", api)).toBe(false);
    expect(await comet.may("$JS.API.CONSUMER.MSG.NEXT.KV_GOIM_COMETS.x", "1", api)).toBe(false);
    // Wrapped it may be read; that is no request.
    expect(await comet.may("$JS.API.STREAM.MSG.GET.KV_GOIM_COMETS", last, api)).toBe(true);
    await accounts.ask("CONSUMER.NAMES.KV_GOIM_COMETS");
    expect(await consumers()).toEqual(before);
  });

  it("cannot have logic, comets or jobs answer where only they may write", async () => {
    const stored = await accounts.messages("GOIM_ALL");
    const users = await accounts.messages("KV_GOIM_USERS");
    const asked = ["goim.logic.connect", "goim.logic.ack", "goim.job.job-1", "goim.job.job-2"];
    const places = ["goim.push.all", "$KV.GOIM_USERS.u.7", "$JS.API.STREAM.PURGE.GOIM_REPORTS"];
    for (const subject of asked) {
      for (const place of places) await comet.may(subject, "nonsense", place);
    }
    for (const place of places) await job.may("goim.comet.comet-1.push", "nonsense", place);
    const misdirected = async () => {
      const texts = await Promise.all(
        [...accounts.rooms.system.logics, ...accounts.rooms.system.comets].map(async ({ admin }) =>
          (await fetch(`${admin}/metrics`)).text(),
        ),
      );
      const values = texts.map((text) => {
        return Number(/^goim_nats_answers_misdirected_total (\d+)/m.exec(text)?.[1] ?? 0);
      });
      return values.reduce((sum, value) => sum + value, 0);
    };
    await waitFor(async () => (await misdirected()) >= 2 * places.length + places.length);
    expect(await accounts.messages("GOIM_ALL")).toBe(stored);
    expect(await accounts.messages("KV_GOIM_USERS")).toBe(users);
  });

  it("is not let in where an answer would go that it asked for itself", async () => {
    const place = "goim.push.all";
    expect(await job.mayHear("goim.job.evil")).toBe(true);
    expect(await job.may("goim.job.evil", "", place)).toBe(true);
    expect(await job.may(place, "{}")).toBe(false);
    for (const verb of ["push", "check", "rooms"]) {
      const subject = `goim.comet.evil.${verb}`;
      expect(await comet.mayHear(subject)).toBe(true);
      expect(await comet.may(subject, "", place), subject).toBe(false);
    }
    await comet.may("goim.comet.evil.counts", "", place);
    expect(await comet.may(place, "{}")).toBe(false);
  });

  it("a comet answers once whoever asks it, and writes to no inbox else", async () => {
    for (const inbox of ["_INBOX_goim_logic.x", "_INBOX_goim_job.x", "_INBOX.x"]) {
      expect(await comet.may(inbox), inbox).toBe(false);
    }
    const logic = await accounts.intruder("logic");
    let place = "";
    comet.connection.subscribe("goim.comet.evil.kick", {
      callback: (_, message) => {
        place = message.reply ?? "";
        message.respond("once");
      },
    });
    await comet.connection.flush();
    const answer = await logic.connection.request("goim.comet.evil.kick", "");
    expect(answer.string()).toBe("once");
    expect(await comet.may(place, "twice")).toBe(false);
  });
});
