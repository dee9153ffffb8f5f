/** The OpenAPI 3.1 document; /api/v1 is described by the very schemas that check its calls. */
import { z } from "zod";
import { goimPaths } from "./goim-paths.ts";
import { problemSchema } from "./problem.ts";
import type { ApiRoute } from "./route.ts";

interface Info {
  readonly version: string;
}

export function openapiDocument(routes: readonly ApiRoute[], { version }: Info): object {
  const paths = goimPaths();
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] ?? {}, { [route.method]: operation(route) });
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "goim-nats",
      version,
      description:
        "goim's own calls, and under /api/v1 what they do not have: answers with offsets, " +
        "idempotency keys, expiry, batches, history; failures are problem details (RFC 9457).",
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, "output") },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A key of the API." },
        apiKey: { type: "apiKey", in: "header", name: "X-Api-Key" },
      },
    },
  };
}

function operation(route: ApiRoute): object {
  const { summary, description, answers, problems, scope } = route;
  const parameters = [
    ...parametersOf("path", route.pathParameters),
    ...parametersOf("query", route.query, route.raw === true),
    ...headersOf(route.headers),
  ];
  const responses: Record<string, object> = {};
  for (const [status, { text, schema }] of Object.entries(answers)) {
    const content = { "application/json": { schema: jsonSchema(schema, "output") } };
    responses[status] = { description: text, content };
  }
  const refusals = scope === undefined ? [] : [401, 403, 429];
  for (const status of new Set([400, ...refusals, ...problems, 500]))
    responses[status] = problemResponse(status);
  return {
    operationId: operationId(route),
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(route),
    // Without any key of the API, on loopback, both may be left out.
    ...(scope === undefined ? {} : { security: [{ bearer: [scope] }, { apiKey: [scope] }] }),
    responses,
  };
}

/** `postPushRoom`, `getRoomsMessages` … */
function operationId({ method, path, operationId: given }: ApiRoute): string {
  if (given !== undefined) return given;
  const words = path.split("/").filter((part) => /^[a-z.]+$/.test(part) && part !== "api");
  return (
    method +
    words
      .map((word) => word.replaceAll(/(^|\.)([a-z])/g, (_all, _dot, a) => a.toUpperCase()))
      .join("")
  );
}

function parametersOf(place: string, schema: z.ZodObject | undefined, rawOnly = false): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, "input");
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    // With a JSON body the fields stand there.
    required: place === "path" || (!rawOnly && required.includes(name)),
    description: (rawOnly ? "When the body is the message itself. " : "") + (description ?? ""),
    schema: rest,
  }));
}

function headersOf(headers: ApiRoute["headers"]): object[] {
  return Object.entries(headers ?? {}).map(([name, schema]) => {
    const { description = "", ...rest } = jsonSchema(schema, "input");
    return { name, in: "header", required: false, description, schema: rest };
  });
}

function requestBody({ json, raw }: ApiRoute): object {
  if (json === undefined) return {};
  const content: Record<string, object> = {
    "application/json": { schema: jsonSchema(json, "input") },
  };
  if (raw === true) content["*/*"] = { schema: { description: "The message itself, any bytes." } };
  return { requestBody: { required: raw !== true, content } };
}

const problemTexts: Readonly<Record<number, string>> = {
  400: "The request cannot be taken as it is; the fields are named.",
  401: "No API key, token or password, or one that is not good.",
  403: "Who asks, or the API key, may not do this, or not for this type of rooms.",
  404: "There is no such message, room, member, user or role, or it is not kept any more.",
  409:
    "`conflict`: it does not go together with what is there, as an idempotency key of another " +
    "push. `reset`: the epoch is over.",
  410: "The room is closed.",
  413: "Too large, or too many targets.",
  429: "Too much at once; Retry-After says when to try again.",
  500: "A bug on our side.",
  503: "It cannot be done now, and was not; Retry-After says when to try again.",
  504: "No answer in time. `outcome_unknown`: a push that may or may not be stored.",
};

function problemResponse(status: number): object {
  const schema = { $ref: "#/components/schemas/Problem" };
  const again = status === 429 || status === 503;
  const header = { "Retry-After": { schema: { type: "integer" }, description: "Seconds." } };
  return {
    description: problemTexts[status] ?? "",
    ...(again ? { headers: header } : {}),
    content: { "application/problem+json": { schema } },
  };
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

/** `input`: as callers write it, before it is turned into what the code needs. */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest as JsonSchema;
}
