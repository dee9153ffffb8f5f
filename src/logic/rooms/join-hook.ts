/** goim.hook.join: the user's own service decides who enters rooms, and reads them from outside. */
import { z } from "zod";
import { goimHeaders, headerText } from "../../bus/headers.ts";
import { GoimError } from "../../kit/errors.ts";
import { parseRoomId } from "../../protocol/room-id.ts";
import { createHook, type HookDeps } from "../hooks/hook.ts";

export interface JoinHookConfig {
  /** Types of the rooms that it is asked about; none: there is no hook. */
  readonly types: readonly string[];
  /** Milliseconds until the answer has to be there. */
  readonly timeout: number;
  /** What happens while there is no answer. */
  readonly whenFailing: "open" | "closed";
  readonly inFlightMax: number;
  readonly waitingMax: number;
}

/** What somebody wants of a room. */
export type Wish = "join" | "history" | "publish";

/**
 * Fails with GoimError: "forbidden", or the code of the hook's own, where it says no; "unavailable"
 * where it says nothing and has to.
 */
export type JoinHook = (wish: Wish, room: string, mid: string) => Promise<void>;

const answerSchema = z.object({
  allow: z.boolean(),
  text: z.string().max(500).optional(),
});
const TEXT_CHARS_MAX = 100;

export function createJoinHook(config: JoinHookConfig, deps: HookDeps): JoinHook | undefined {
  if (config.types.length === 0) return undefined;
  const types = new Set(config.types);
  const parse = (answer: string) => answerSchema.parse(JSON.parse(answer));
  const hook = createHook("join", config, parse, deps);
  return async (wish, id, mid) => {
    const { type, room } = parseRoomId(id);
    if (!types.has(type)) return;
    const headers = { [goimHeaders.mid]: headerText(mid), [goimHeaders.room]: headerText(id) };
    const answer = await hook.ask({ wish, type, room, mid }, headers);
    if (answer === undefined || answer.allow) return;
    const text = answer.text ?? "you may not enter this room";
    throw new GoimError("forbidden", [...text].slice(0, TEXT_CHARS_MAX).join(""));
  };
}
