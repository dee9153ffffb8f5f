/** A test in the parts of comet and job around a logic: what they ask of it, what they write. */
import type { Bus } from "../../src/bus/bus.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { openLayout } from "../../src/bus/streams.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { loadConfig } from "../../src/kit/config.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { logicConfig } from "../../src/logic/config.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { offsetOf } from "../../src/protocol/offset.ts";
import type { Mailbox, MailEntry } from "../../src/store/mailbox.ts";
import { openMailbox } from "../../src/store/open.ts";
import { createKvSessionStore } from "../../src/store/sessions.kv.ts";
import { messagesOf } from "./logic-harness.ts";

const { logic: rpc } = goim;
const timeoutMs = 5_000;

export interface PushedEntry {
  readonly offset: number;
  readonly entry: goim.push.PushEntry;
}

/** What waits, with plain numbers. */
export interface PlainMail {
  readonly epoch: string;
  readonly cursor: number;
  readonly last: number;
  readonly oldest: number;
  readonly through: number;
  readonly offsets: readonly number[];
  readonly bodies: readonly string[];
}

export async function mailSystem(bus: Bus) {
  const stores = await storesOf(bus);
  return {
    ...stores,
    ...logins(bus, stores.epoch),
    ...rooms(bus),
    /** What job tells about an entry it is done with. */
    tellReceipt: async (subject: string, target: string, offset: number, delivered: number) => {
      bus.publish(subject, goim.push.Receipt.encode({ target, offset, delivered }).finish());
      await bus.flush();
    },
  };
}

/** As job sees them. */
async function storesOf(bus: Bus) {
  const deps = { bus, clock: systemClock, log: silentLog, metrics: createMetrics() };
  const config = loadConfig(logicConfig, { env: {} });
  const streams = createStreamReader(bus);
  const layout = await openLayout(bus, { clock: systemClock, log: silentLog });
  const mailbox = await openMailbox(config, { ...deps, streams });
  await buildAll(mailbox, layout.epoch(bus.subjects.stream("user")), layout.shards);
  const metrics = createMetrics();
  const sessions = await createKvSessionStore({ create: false }, { ...deps, metrics });
  const { subjects } = bus;
  const userStream = subjects.stream("user");
  const epoch = () => layout.epoch(userStream);
  const entriesOf = async (stream: string, subject: string): Promise<PushedEntry[]> =>
    (await messagesOf(bus, stream, subject)).flatMap(({ sequence, data }) =>
      goim.push.PushBatch.decode(data).entries.map((entry, index) => ({
        offset: offsetOf(sequence, index),
        entry: entry as goim.push.PushEntry,
      })),
    );
  const userEntries = (mid: string) =>
    entriesOf(userStream, subjects.pushUser(layout.shardOf(mid), mid));
  const mailIn = async (mid: string): Promise<MailEntry[]> =>
    (await userEntries(mid))
      .filter(({ entry }) => !entry.transient)
      .map(({ offset, entry }) => ({
        ...{ offset, op: entry.op, body: entry.body, sender: entry.sender },
        ...{ expiresAt: Number(entry.expiresAt), time: Number(entry.time) },
      }));
  const append = async (mid: string, entries: readonly MailEntry[]) => {
    const [result] = await mailbox.append(epoch(), [{ mid, entries }]);
    if (result?.status === "rejected") throw result.reason;
  };
  return {
    ...{ epoch, sessions, entriesOf, userEntries, mailIn, append },
    roomEntries: (room: string) =>
      entriesOf("GOIM_ROOM", subjects.pushRoom("live", layout.shardOf(room), room)),
    /** What job does with pushes to a user before it looks for sessions. */
    index: async (mid: string) => append(mid, await mailIn(mid)),
    close: async () => {
      await mailbox.close();
      await sessions.close();
    },
  };
}

/** As a job that finds nothing to put into the mailboxes. */
async function buildAll(mailbox: Mailbox, epoch: string, shards: number): Promise<void> {
  const { life } = await mailbox.state();
  for (let shard = 0; shard < shards; shard++) {
    const claim = { life, epoch, shard, token: "test" };
    if (await mailbox.claim(claim)) await mailbox.finish(claim);
  }
}

/** What a comet asks about users. */
function logins(bus: Bus, epoch: () => string) {
  const ask = asking(bus);
  return {
    login: async (conn: number, token: object) => {
      const one = { server: "c1", incarnation: "i1", conn, transport: "ws" };
      const requests = [{ ...one, token: Buffer.from(JSON.stringify(token)) }];
      const data = await ask("connect", rpc.ConnectBatchReq.encode({ requests }).finish());
      const [reply] = rpc.ConnectBatchReply.decode(data).replies;
      const { error, device, since, mail } = reply as goim.logic.ConnectReply;
      return { error, device, since: Number(since), mail: mail ? plain(mail) : undefined };
    },
    pages: async (reads: goim.logic.IMailboxRead[]) => {
      const data = await ask("mailbox", rpc.MailboxReq.encode({ reads }).finish());
      return rpc.MailboxReply.decode(data).results.map(({ mail, error }) =>
        mail ? plain(mail) : (error ?? ""),
      );
    },
    ack: async (
      at: { mid: string; device: string; conn: number; since: number; acked: number },
      life = epoch(),
    ) => {
      const { conn, ...rest } = at;
      const session = `c1/i1/${conn}`;
      const requests = [{ ...rest, handed: at.acked, session, epoch: life }];
      const data = await ask("ack", rpc.AckBatchReq.encode({ requests }).finish());
      const [reply] = rpc.AckBatchReply.decode(data).replies;
      return reply?.fenced === true ? "fenced" : reply?.error || "moved";
    },
  };
}

/** What a comet asks about rooms. */
function rooms(bus: Bus) {
  const ask = asking(bus);
  return {
    publish: async (request: goim.logic.IPublishReq) => {
      const data = await ask("publish", rpc.PublishReq.encode(request).finish());
      const { offset, epoch: life, duplicate, error } = rpc.PublishReply.decode(data);
      return { offset: Number(offset), epoch: life, duplicate, error };
    },
    history: async (request: goim.logic.IHistoryReq) => {
      const data = await ask("history", rpc.HistoryReq.encode(request).finish());
      const { entries, next, error, epoch: life } = rpc.HistoryReply.decode(data);
      return {
        ...{ error, epoch: life },
        next: next === null || next === undefined ? undefined : Number(next),
        entries: entries.map(({ offset, body, sender }) => ({
          ...{ offset: Number(offset), sender },
          body: Buffer.from(body ?? []).toString(),
        })),
      };
    },
  };
}

function asking(bus: Bus) {
  return (name: string, data: Uint8Array) =>
    bus.request(bus.subjects.logic(name), data, { timeoutMs });
}

export type MailSystem = Awaited<ReturnType<typeof mailSystem>>;

function plain(mail: goim.logic.IMail): PlainMail {
  const entries = mail.entries ?? [];
  return {
    epoch: mail.epoch ?? "",
    cursor: Number(mail.cursor ?? 0),
    last: Number(mail.last ?? 0),
    oldest: Number(mail.oldest ?? 0),
    through: Number(mail.through ?? 0),
    offsets: entries.map(({ offset }) => Number(offset)),
    bodies: entries.map(({ body }) => Buffer.from(body ?? []).toString()),
  };
}
