import type { Context } from "hono";
import type { z } from "zod";
import type { Env } from "../answer.ts";

/** One call of /api/v1: what it is for people and machines, and what it does. */
export interface ApiRoute {
  readonly method: "get" | "post" | "put" | "delete";
  /** As in OpenAPI: /api/v1/rooms/{type}/{room}/messages. */
  readonly path: string;
  /** In the OpenAPI document; default: made of method and path. */
  readonly operationId?: string;
  readonly summary: string;
  readonly description?: string;
  readonly pathParameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** Schema of a JSON body. */
  readonly json?: z.ZodType;
  /** Whether the body may also be the message itself, with `query` for the rest. */
  readonly raw?: boolean;
  /** Schema of each good answer, by status. */
  readonly answers: Readonly<Record<number, { readonly text: string; readonly schema: z.ZodType }>>;
  /** Statuses of problem details besides 400, 500. */
  readonly problems: readonly number[];
  readonly handle: (c: Context<Env>) => Response | Promise<Response>;
}
