import { randomUUID } from "node:crypto";
import type { StreamInfo } from "@nats-io/jetstream";
import { GoimError, isGoimError } from "../kit/errors.ts";
import { hash32 } from "../kit/hash.ts";
import type { Log } from "../kit/log.ts";
import { parseRoomId } from "../protocol/room-id.ts";
import type { Bus, RoomClass, StreamLayout } from "./bus.ts";
import { isJetStreamError, JsApi, jsErrors } from "./js-api.ts";
import { meta, type StreamsSpec, type WantedStream, wantedStreams } from "./stream-config.ts";
import { LIVE_CLASS, type Subjects } from "./subjects.ts";
import { untilReached, type WaitOptions } from "./until-reached.ts";

export type StreamsOptions = WaitOptions;

/**
 * Creates the push streams that are not there and brings the others to what the configuration says
 * where that may change; each difference is a log line. Any number of processes may do this at
 * once. Waits while JetStream cannot be reached. Throws GoimError "invalid" with a sentence where
 * something differs that is fixed at creation: shards, room classes and their types.
 */
export async function declareStreams(
  bus: Bus,
  spec: StreamsSpec,
  options: StreamsOptions,
): Promise<void> {
  const wanted = wantedStreams(bus.subjects, spec);
  const api = new JsApi(bus, options);
  try {
    await untilReached(options, "waiting for JetStream to declare the streams", async () => {
      await refuseNewClasses(api, bus.subjects, spec);
      for (const stream of wanted) await declareStream(api, stream, options.log);
    });
  } finally {
    api.close();
  }
}

/** Reads the layout from the streams' metadata, waiting until logic has created them. */
export async function openLayout(bus: Bus, options: StreamsOptions): Promise<StreamLayout> {
  const api = new JsApi(bus, options);
  return untilReached(options, "waiting for the streams that logic creates", async () => {
    const layout = new MetadataLayout(api, bus.subjects);
    await layout.load();
    return layout;
  });
}

/** A class added later would take rooms away from where their history lies. */
async function refuseNewClasses(api: JsApi, subjects: Subjects, spec: StreamsSpec): Promise<void> {
  const name = subjects.roomStream(LIVE_CLASS);
  const info = await api.streamInfoIfAny(name);
  const stored = info?.config.metadata?.[meta.classes];
  if (stored === undefined) return;
  const asked = spec.classes.map((room) => room.name).filter((text) => text !== LIVE_CLASS);
  if (asked.sort().join(",") === stored) return;
  throw new GoimError(
    "invalid",
    `the room classes were fixed as live,${stored} when stream ${name} was created; the ` +
      `configuration has live,${asked.join(",")}. ${migrationHint}`,
  );
}

const migrationHint =
  "Keep what was created, or move to new streams under another nats.prefix (see nats/SUBJECTS.md)";

async function declareStream(api: JsApi, wanted: WantedStream, log: Log): Promise<void> {
  let info = await api.streamInfoIfAny(wanted.name);
  if (info === undefined) {
    const metadata = { ...wanted.metadata, [meta.epoch]: randomUUID() };
    try {
      await api.call(`STREAM.CREATE.${wanted.name}`, { ...wanted, metadata });
      log.info({ stream: wanted.name, epoch: metadata[meta.epoch] }, "stream created");
      return;
    } catch (error) {
      // Another logic was faster; its epoch stands.
      if (!isJetStreamError(error, jsErrors.streamExists)) throw error;
      info = await api.streamInfo(wanted.name);
    }
  }
  checkFixed(wanted, info);
  const changes = changesOf(wanted, info);
  if (changes.length === 0) return;
  const config = { ...info.config };
  for (const { key, to } of changes) Object.assign(config, { [key]: to });
  await api.call(`STREAM.UPDATE.${wanted.name}`, config);
  log.warn({ stream: wanted.name, changes }, "stream differed from the configuration: updated");
}

function checkFixed(wanted: WantedStream, info: StreamInfo): void {
  const { config } = info;
  const stored = config.metadata ?? {};
  const refuse = (what: string, is: string, asked: string) => {
    throw new GoimError(
      "invalid",
      `stream ${wanted.name} has ${what} ${is}, fixed when it was created; the configuration ` +
        `asks for ${asked}. ${migrationHint}`,
    );
  };
  if (stored[meta.epoch] === undefined) {
    throw new GoimError(
      "invalid",
      `stream ${wanted.name} was not created by goim (no ${meta.epoch} in its metadata): choose ` +
        "another nats.prefix or remove it",
    );
  }
  for (const [key, asked] of Object.entries(wanted.metadata)) {
    const is = stored[key] ?? "";
    if (is !== asked) refuse(key, is === "" ? "none" : is, asked === "" ? "none" : asked);
  }
  for (const key of ["storage", "retention"] as const) {
    if (config[key] !== wanted[key]) refuse(key, String(config[key]), String(wanted[key]));
  }
  const [is, asked] = [config.subjects?.join(" ") ?? "", wanted.subjects?.join(" ") ?? ""];
  if (is !== asked) refuse("the subjects", is, asked);
}

const changeable = [
  "max_age",
  "max_bytes",
  "max_msgs_per_subject",
  "num_replicas",
  "duplicate_window",
  "allow_direct",
  "discard",
] as const;

function changesOf(wanted: WantedStream, info: StreamInfo) {
  return changeable
    .map((key) => ({ key, from: info.config[key], to: wanted[key] }))
    .filter(({ from, to }) => from !== to);
}

/** The layout as the streams themselves tell it. */
class MetadataLayout implements StreamLayout {
  shards = 0;
  classes: RoomClass[] = [];
  readonly #api: JsApi;
  readonly #subjects: Subjects;
  readonly #byType = new Map<string, RoomClass>();
  readonly #epochs = new Map<string, string>();
  #live: RoomClass = { name: LIVE_CLASS, stream: "", types: [] };

  constructor(api: JsApi, subjects: Subjects) {
    this.#api = api;
    this.#subjects = subjects;
  }

  async load(): Promise<void> {
    const live = await this.#read(this.#subjects.roomStream(LIVE_CLASS));
    this.shards = Number(live[meta.shards]);
    const others = (live[meta.classes] ?? "").split(",").filter((name) => name !== "");
    for (const name of [LIVE_CLASS, ...others]) {
      const stream = this.#subjects.roomStream(name);
      const metadata = name === LIVE_CLASS ? live : await this.#read(stream);
      const types = (metadata[meta.types] ?? "")
        .split(",")
        .filter((token) => token !== "")
        .map((token) => this.#subjects.unescape(token) ?? token);
      const room: RoomClass = { name, stream, types };
      if (name === LIVE_CLASS) this.#live = room;
      for (const type of types) this.#byType.set(type, room);
      this.classes.push(room);
    }
    for (const kind of ["user", "key", "all", "dead", "event"] as const) {
      await this.#read(this.#subjects.stream(kind));
    }
  }

  classOf(roomId: string): RoomClass {
    return this.#byType.get(parseRoomId(roomId).type) ?? this.#live;
  }

  shardOf(target: string): number {
    return hash32(target) % this.shards;
  }

  epoch(stream: string): string {
    const epoch = this.#epochs.get(stream);
    if (epoch === undefined) throw new Error(`no stream ${stream} in the layout`);
    return epoch;
  }

  async refresh(): Promise<string[]> {
    const changed: string[] = [];
    for (const [stream, before] of [...this.#epochs]) {
      const metadata = await this.#read(stream).catch((error) => {
        // Deleted and not created again yet: there is no new life to speak of.
        if (isGoimError(error, "not_found")) return undefined;
        throw error;
      });
      if (metadata === undefined || metadata[meta.epoch] === before) continue;
      changed.push(stream);
    }
    return changed;
  }

  async #read(stream: string): Promise<Record<string, string>> {
    const info = await this.#api.streamInfo(stream);
    const metadata = info.config.metadata ?? {};
    const epoch = metadata[meta.epoch];
    const shards = Number(metadata[meta.shards]);
    if (epoch === undefined || !(shards >= 1)) {
      throw new GoimError("invalid", `stream ${stream} was not created by goim`);
    }
    if (this.shards !== 0 && shards !== this.shards) {
      throw new GoimError(
        "invalid",
        `stream ${stream} has ${shards} shards, the others ${this.shards}: this process was ` +
          "started with other streams and must be started again",
      );
    }
    this.#epochs.set(stream, epoch);
    return metadata;
  }
}
