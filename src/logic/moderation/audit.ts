/** Every act of moderation as an event: goim.event.moderation.<action>. */
import { randomUUID } from "node:crypto";
import type { Subjects } from "../../bus/subjects.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Events } from "../events.ts";

/** `by` is who did it: a person as the caller named them, or "rules" or "hook". */
export interface Act {
  readonly action: string;
  readonly by: string;
  readonly [detail: string]: unknown;
}

export type Audit = (act: Act) => void;

export function createAudit(deps: {
  readonly events: Pick<Events, "publish">;
  readonly subjects: Pick<Subjects, "event">;
  readonly clock: Pick<Clock, "now">;
}): Audit {
  return (act) => {
    const id = randomUUID();
    const event = { type: "moderation", id, time: deps.clock.now(), ...act };
    void deps.events.publish({
      type: "moderation",
      subject: deps.subjects.event("moderation", act.action),
      id: `moderation/${id}`,
      data: new TextEncoder().encode(JSON.stringify(event)),
    });
  };
}
