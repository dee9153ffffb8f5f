import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { AcceptsTable } from "./accepts.ts";
import { FakeBans } from "./bans.fixture.ts";
import { Bucket } from "./bucket.ts";
import { Channel } from "./channel.ts";
import {
  createShared,
  FakeBus,
  FakeConnection,
  FakeRooms,
  packet,
  settle,
} from "./comet.fixture.ts";
import type { EndedSession } from "./disconnects.ts";
import { Handshake, type HandshakeDeps } from "./handshake.ts";
import { Joins } from "./joins.ts";
import type { KeptPart } from "./kept-log.ts";

type Reply = goim.logic.ConnectReply.$Properties;

export const heartbeat = 4 * 60 * 1_000_000_000;
export function setUp(options: { waitingMax?: number; served?: () => number } = {}) {
  const bans = new FakeBans();
  const clock = new FakeClock();
  const bus = new FakeBus();
  const bucket = new Bucket();
  const rooms = new FakeRooms();
  const orphans: EndedSession[] = [];
  const epochs: string[] = [];
  const loggedIn: Channel[] = [];
  const mailSteps: string[] = [];
  const keptParts: (KeptPart | undefined)[] = [];
  const batches: goim.logic.ConnectReq[][] = [];
  let start = () => {};
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  /** Answers logins by token text; the test may hold the answers back. */
  const logic = {
    reply: (request: goim.logic.ConnectReq): Reply => ({
      mid: 7,
      key: Buffer.from(request.token).toString(),
      accepts: [1000],
      heartbeat,
      heartbeatMax: 2,
      platform: "web",
      device: "d1",
      since: 1_795_255_325_123,
    }),
    gate: Promise.resolve(),
    kept: undefined as goim.logic.IKept | undefined,
  };
  bus.handlers.set("goim.logic.connect", async (data) => {
    const requests = goim.logic.ConnectBatchReq.decode(data).requests as goim.logic.ConnectReq[];
    batches.push(requests);
    const replies = requests.map((request) => logic.reply(request));
    await logic.gate;
    const more = logic.kept === undefined ? {} : { kept: logic.kept };
    return goim.logic.ConnectBatchReply.encode({ replies, storeEpoch: "e1", ...more }).finish();
  });
  const handshake = new Handshake(
    {
      ...{ batchMax: 256, inFlightMax: 4, waitingMax: 100, timeout: 100, retryPause: 200 },
      ...{ silenceMsMax: 1000, busyRate: 100, busyDeliveries: 1000, handshakeTimeout: 8000 },
      ...{ signedOnly: false, ...options },
    },
    {
      servedPerSecond: options.served ?? (() => 0),
      ...{ bus, bucket, rooms, clock, log: silentLog, metrics: createMetrics(), started },
      accepts: new AcceptsTable(10),
      identity: () => ({ id: "c1", incarnation: "i1" }),
      joins: new Joins({ roomsMax: 64 }, { rooms }),
      broadcast: () => ({ epoch: "A", offset: 1024 }),
      revoked: { check: () => {} },
      mails: fakeMails(bucket, mailSteps),
      kept: fakeKept(keptParts, mailSteps),
      onLogin: (channel) => loggedIn.push(channel),
      onOrphan: (session) => orphans.push(session),
      ...{ bans, onStoreEpoch: (epoch) => epochs.push(epoch) },
    },
  );
  start();
  const logIn = (token: string, seq = 5) => {
    const client = connectTo(bucket);
    handshake.begin(client.channel, packet(7, token, seq));
    return client;
  };
  const connect = connectTo.bind(undefined, bucket);
  const seen = { mailSteps, keptParts, orphans, epochs, loggedIn, batches };
  return { ...seen, bans, clock, bus, bucket, rooms, logic, handshake, connect, logIn };
}

/** Gives these parts, one after the other. */
function fakeKept(parts: (KeptPart | undefined)[], steps: string[]): HandshakeDeps["kept"] {
  return {
    partOf: ({ epoch, offset, entries }) => {
      steps.push(`kept ${epoch} ${offset} ${entries.map((entry) => entry.offset).join()}`);
      return parts.shift();
    },
    admit: ({ key, mail }, { offset }, cursor) => {
      steps.push(`all ${key} ${offset} ${cursor} ${mail !== undefined}`);
    },
  };
}

function connectTo(bucket: Bucket) {
  const connection = new FakeConnection();
  const channel = new Channel(connection, createShared(10_000));
  bucket.add(channel);
  connection.onClose = () => {
    channel.gone();
    bucket.remove(channel);
  };
  return { channel, connection };
}

/** Notes what happens, and whether the key was known by then. */
function fakeMails(bucket: Bucket, steps: string[]): HandshakeDeps["mails"] {
  return {
    admit: (channel, mail, incarnation) => {
      const known = bucket.byKey(channel.key) === channel;
      steps.push(`admit ${channel.key} ${mail?.last} ${incarnation} ${known}`);
    },
    opened: ({ key, state }) => steps.push(`opened ${key} ${state}`),
  };
}

export function gate(): { closed: Promise<void>; open: () => Promise<void> } {
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    closed,
    open: () => {
      open();
      return settle();
    },
  };
}
