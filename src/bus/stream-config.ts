import type { StreamConfig } from "@nats-io/jetstream";
import { GoimError } from "../kit/errors.ts";
import { LIVE_CLASS, type Subjects } from "./subjects.ts";

/** How long and how much a stream keeps. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** Messages kept of one subject: a guard against one room that fills the stream. */
  readonly maxPerSubject: number;
}

export interface ClassSpec extends Retention {
  /** `live` must be among the classes; it takes every room type that no other class names. */
  readonly name: string;
  readonly types: readonly string[];
}

/** The streams of one system, as logic's configuration has them. */
export interface StreamsSpec {
  /** Fixed when the streams are created. */
  readonly shards: number;
  /** Names and types are fixed when the streams are created; retention may change. */
  readonly classes: readonly ClassSpec[];
  readonly user: Retention;
  readonly key: Retention;
  readonly all: Retention;
  readonly dead: Retention;
  readonly event: Retention;
  readonly replicas: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const mib = 1024 * 1024;

/** Fits a small machine: 4.6 GiB in all, which nats-server reserves when a stream is created. */
export const defaultStreams: StreamsSpec = {
  shards: 16,
  classes: [
    {
      name: LIVE_CLASS,
      types: [],
      maxAgeMs: 10 * minute,
      maxBytes: 1024 * mib,
      maxPerSubject: 20_000,
    },
    {
      name: "keep",
      types: ["video"],
      maxAgeMs: 7 * day,
      maxBytes: 2048 * mib,
      maxPerSubject: 100_000,
    },
  ],
  user: { maxAgeMs: 7 * day, maxBytes: 1024 * mib, maxPerSubject: 10_000 },
  key: { maxAgeMs: 10 * minute, maxBytes: 256 * mib, maxPerSubject: 1_000_000 },
  all: { maxAgeMs: 7 * day, maxBytes: 128 * mib, maxPerSubject: 100_000 },
  dead: { maxAgeMs: 7 * day, maxBytes: 64 * mib, maxPerSubject: 10_000 },
  event: { maxAgeMs: day, maxBytes: 128 * mib, maxPerSubject: 100_000 },
  replicas: 1,
};

/** Within this time JetStream drops a second message with the same id. */
export const DEDUPE_WINDOW_MS = 2 * minute;

/** Keys of a stream's metadata. */
export const meta = {
  /** Random text made when the stream is created: names its life. */
  epoch: "goim-epoch",
  shards: "goim-shards",
  class: "goim-class",
  /** Room types of the class, escaped, comma separated. */
  types: "goim-types",
  /** On the stream of class live: all other classes, so that none is added or lost unnoticed. */
  classes: "goim-classes",
} as const;

export type WantedStream = Pick<
  StreamConfig,
  | "name"
  | "subjects"
  | "max_age"
  | "max_bytes"
  | "max_msgs_per_subject"
  | "num_replicas"
  | "duplicate_window"
  | "allow_direct"
  | "discard"
  | "storage"
  | "retention"
> & { metadata: Record<string, string> };

/**
 * The streams in the order of their creation: class live comes last, so that whoever finds it finds
 * all. The metadata lacks the epoch.
 */
export function wantedStreams(subjects: Subjects, spec: StreamsSpec): WantedStream[] {
  checkSpec(spec);
  const shards: Record<string, string> = { [meta.shards]: String(spec.shards) };
  const base = (name: string, subject: string, retention: Retention, metadata = shards) =>
    config(name, subject, retention, spec.replicas, metadata);
  const p = subjects.prefix;
  const others = spec.classes.filter(({ name }) => name !== LIVE_CLASS);
  const live = spec.classes.find(({ name }) => name === LIVE_CLASS);
  if (live === undefined) throw new GoimError("invalid", 'the room class "live" is missing');
  const ofClass = (room: ClassSpec) => ({
    ...shards,
    [meta.class]: room.name,
    [meta.types]: typesText(subjects, room.types),
  });
  return [
    base(subjects.stream("user"), `${p}.push.user.>`, spec.user),
    base(subjects.stream("key"), `${p}.push.key.>`, spec.key),
    base(subjects.stream("all"), subjects.pushAll, spec.all),
    base(subjects.stream("dead"), `${p}.dead.>`, spec.dead),
    base(subjects.stream("event"), `${p}.event.>`, spec.event),
    ...others.map((room) => {
      const name = subjects.roomStream(room.name);
      return base(name, `${p}.push.room.${room.name}.>`, room, ofClass(room));
    }),
    base(subjects.roomStream(LIVE_CLASS), `${p}.push.room.${LIVE_CLASS}.>`, live, {
      ...ofClass(live),
      [meta.classes]: others
        .map(({ name }) => name)
        .sort()
        .join(","),
    }),
  ];
}

/** Types as they stand in metadata; sorted, so that their order in a file means nothing. */
function typesText(subjects: Subjects, types: readonly string[]): string {
  return types
    .map((type) => subjects.escape(type))
    .sort()
    .join(",");
}

function config(
  name: string,
  subject: string,
  retention: Retention,
  replicas: number,
  metadata: Record<string, string>,
): WantedStream {
  return {
    name,
    subjects: [subject],
    max_age: nanos(retention.maxAgeMs),
    max_bytes: retention.maxBytes,
    max_msgs_per_subject: retention.maxPerSubject,
    num_replicas: replicas,
    duplicate_window: nanos(Math.min(DEDUPE_WINDOW_MS, retention.maxAgeMs)),
    allow_direct: true,
    discard: "old",
    // A memory stream reads one subject out of a million messages in 176 ms; a file stream does
    // not.
    storage: "file",
    retention: "limits",
    metadata,
  };
}

function nanos(ms: number): number {
  return ms * 1_000_000;
}

function checkSpec(spec: StreamsSpec): void {
  if (!Number.isInteger(spec.shards) || spec.shards < 1 || spec.shards > 1024) {
    throw new GoimError("invalid", `shards = ${spec.shards}: it is a whole number from 1 to 1024`);
  }
  const owners = new Map<string, string>();
  const names = new Set<string>();
  for (const { name, types } of spec.classes) {
    if (names.has(name)) throw new GoimError("invalid", `room class "${name}" is there twice`);
    names.add(name);
    for (const type of types) {
      const other = owners.get(type);
      if (other !== undefined) {
        throw new GoimError(
          "invalid",
          `room type "${type}" is in the classes ${other} and ${name}`,
        );
      }
      owners.set(type, name);
    }
  }
}
