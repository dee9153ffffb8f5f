import type { ApiMessage } from "../../api-push.ts";
import type { WaitFor } from "../../waits.ts";
import { FieldsError } from "./problem.ts";

export interface PushOptionBounds {
  /** Most keys that a push to a room leaves out. */
  readonly excludeMax: number;
  /** Milliseconds that a push with `wait` waits, and the most a caller may ask for. */
  readonly waitMs: number;
  readonly waitMsMax: number;
}

/** Fields of a push besides target and body, as far as its kind has them. */
export interface PushFields {
  readonly expiresIn?: number | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly qos?: "live" | "stored" | "acked" | undefined;
  readonly wait?: WaitFor | undefined;
  readonly deadline?: number | undefined;
  readonly retain?: boolean | undefined;
  readonly moderate?: boolean | undefined;
}

type PushOptions = Pick<
  ApiMessage,
  "expiresInMs" | "exclude" | "transient" | "wait" | "retain" | "moderate"
>;

/** What a push asks for besides its target. Fails with the field that goes beyond a bound. */
export function pushOptionsOf(fields: PushFields, bounds: PushOptionBounds): PushOptions {
  const { expiresIn: expiresInMs, exclude, qos, wait, deadline, retain, moderate } = fields;
  if (exclude !== undefined && exclude.length > bounds.excludeMax) {
    throw refused("exclude", `at most ${bounds.excludeMax} keys`);
  }
  if (deadline !== undefined && wait === undefined) throw refused("deadline", "only with wait");
  if (deadline !== undefined && deadline > bounds.waitMsMax) {
    throw refused("deadline", `at most ${bounds.waitMsMax} ms`);
  }
  if (qos === "live" && wait === "acked") {
    throw refused("wait", "a live push is not acknowledged; wait for delivered");
  }
  return {
    expiresInMs,
    ...(exclude === undefined ? {} : { exclude }),
    ...(qos === "live" ? { transient: true } : {}),
    ...(retain === true ? { retain } : {}),
    ...(moderate === true ? { moderate } : {}),
    ...(wait === undefined ? {} : { wait: { until: wait, timeMs: deadline ?? bounds.waitMs } }),
  };
}

function refused(field: string, message: string): FieldsError {
  return new FieldsError([{ field, message }]);
}
