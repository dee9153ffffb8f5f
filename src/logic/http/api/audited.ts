/** Acts of the API's callers on their way to the audit stream: who ordered them, by which key. */
import type { Context } from "hono";
import { z } from "zod";
import type { Act, Audit } from "../../moderation/audit.ts";
import type { Env } from "../answer.ts";
import { checked, queryOf } from "./request.ts";
import { callerOf } from "./scope.ts";

export const actor = z
  .string()
  .max(128)
  .default("")
  .describe("Who orders it, for the audit events; any text of yours.");

/** Of calls whose body has no place for it. */
export const actorQuery = z.strictObject({ actor });

export function actorOf(c: Context<Env>): string {
  return checked(actorQuery, queryOf(c, actorQuery)).actor;
}

/** Nobody waits for it. Never with a secret: whoever may moderate reads it. */
export function audited(c: Context<Env>, audit: Audit, act: Act): void {
  const { id } = callerOf(c);
  audit(id === "" ? act : { ...act, apiKey: id });
}
