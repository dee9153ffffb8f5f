import type { Moderation } from "../../moderation/moderation.ts";
import { audited } from "./audited.ts";
import {
  kickAnswer,
  kickInput,
  kindPath,
  liftedAnswer,
  liftInput,
  recallAnswer,
  recallInput,
  reportClose,
  reportInput,
  reportPath,
  reportSchema,
  reportsAnswer,
  reportsQuery,
  restrictionInput,
  restrictionsAnswer,
  revisionAnswer,
} from "./moderation-schemas.ts";
import { FieldsError } from "./problem.ts";
import { checked, queryOf, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import { allowReach, allowRoom, callerOf, reaches, reachOf } from "./scope.ts";

export interface ApiModerationOptions {
  /** Largest JSON body, bytes. */
  readonly jsonBytesMax: number;
  readonly moderation: { readonly reportsMax: number };
}

export interface ApiModerationDeps {
  readonly moderation: Moderation;
}

const base = "/api/v1/moderation";
const problems = [413, 429, 503, 504];

/** What is done to people and to messages. */
export function moderationActs(options: ApiModerationOptions, deps: ApiModerationDeps): ApiRoute[] {
  return [
    ...restrictionRoutes(options, deps),
    kickRoute(options, deps),
    recallRoute(options, deps),
    ...reportRoutes(options, deps),
  ];
}

function restrictionRoutes(
  { jsonBytesMax }: ApiModerationOptions,
  { moderation }: ApiModerationDeps,
): ApiRoute[] {
  const { store, audit, rules } = moderation;
  const path = `${base}/restrictions`;
  return [
    {
      method: "get",
      path,
      operationId: "getModerationRestrictions",
      summary: "Every mute, ban and shadow ban that the logic that answers acts by",
      answers: { 200: { text: "In no order.", schema: restrictionsAnswer } },
      problems: [],
      handle: (c) => {
        const caller = callerOf(c);
        const all = [...rules.restrictions.all()].map(([, one]) => one);
        return c.json({ restrictions: all.filter(({ room }) => reaches(caller, reachOf(room))) });
      },
    },
    {
      method: "post",
      path: `${path}/{kind}`,
      operationId: "postModerationRestriction",
      summary: "Mute, ban or shadow-ban a user, a device, a key, an address, or a whole room",
      description:
        "mute: may not send. ban: may not send, join or log in, and goes within a second. " +
        "shadow: sends to itself only. One of a kind, for one subject and room: a second takes " +
        "its place.",
      pathParameters: kindPath,
      json: restrictionInput,
      answers: { 200: { text: "Stored; in force within a second.", schema: revisionAnswer } },
      problems,
      handle: async (c) => {
        const { kind } = checked(kindPath, c.req.param());
        const input = checked(restrictionInput, await readJson(c, jsonBytesMax));
        const { seconds, ...rest } = input;
        allowReach(callerOf(c), reachOf(rest.room));
        const since = moderation.now();
        const until = seconds === 0 ? 0 : since + seconds * 1000;
        const revision = await store.putRestriction({ ...rest, kind, until, since });
        const { by: about, value, room, reason, actor } = rest;
        audited(c, audit, { action: kind, by: actor, about, value, room, until, reason });
        return c.json({ revision });
      },
    },
    {
      method: "post",
      path: `${path}/{kind}/lift`,
      operationId: "liftModerationRestriction",
      summary: "Lift one",
      pathParameters: kindPath,
      json: liftInput,
      answers: { 200: { text: "It is lifted, if there was one.", schema: liftedAnswer } },
      problems,
      handle: async (c) => {
        const { kind } = checked(kindPath, c.req.param());
        const input = checked(liftInput, await readJson(c, jsonBytesMax));
        const { actor, ...name } = input;
        allowReach(callerOf(c), reachOf(name.room));
        const lifted = await store.deleteRestriction({ kind, ...name });
        const { by: about, value, room } = name;
        const act = { action: `un${kind}`, by: actor, about, value, room };
        if (lifted) audited(c, audit, act);
        return c.json({ lifted });
      },
    },
  ];
}

function kickRoute(
  { jsonBytesMax }: ApiModerationOptions,
  { moderation }: ApiModerationDeps,
): ApiRoute {
  return {
    method: "post",
    path: `${base}/kick`,
    operationId: "postModerationKick",
    summary: "Close the connections of a user or a key (4504); they may come back unless banned",
    json: kickInput,
    answers: { 200: { text: "They were asked to go.", schema: kickAnswer } },
    problems,
    handle: async (c) => {
      const input = checked(kickInput, await readJson(c, jsonBytesMax));
      const { user: mid, key, reason, actor: by } = input;
      // It ends connections, whatever rooms they are in.
      allowReach(callerOf(c), { kind: "all" });
      const connections = await moderation.kick({ mid, key }, reason || "kicked");
      audited(c, moderation.audit, { action: "kick", by, mid, key, connections, reason });
      return c.json({ connections });
    },
  };
}

function recallRoute(
  { jsonBytesMax }: ApiModerationOptions,
  { moderation }: ApiModerationDeps,
): ApiRoute {
  return {
    method: "post",
    path: `${base}/recall`,
    operationId: "postModerationRecall",
    summary: "Take messages back: one, those of a sender, or those of a time",
    description:
      "Of a room, of pushes to a user or a key, or of broadcasts. Who is there gets a message of " +
      "op 40 in the same log. Answered when nobody who logs in, joins, resumes or pages from now " +
      "on sees them, but for the comets named in `unconfirmed`.",
    json: recallInput,
    answers: { 200: { text: "Recalled.", schema: recallAnswer } },
    problems: [404, 409, ...problems],
    handle: async (c) => {
      const json = await readJson(c, jsonBytesMax);
      refuseManyKeys(json);
      const input = checked(recallInput, json);
      const { room, user, key, all: _, ...order } = input;
      allowRoom(c, "moderate", room);
      const place = logOf({ room, user, key });
      const outcome = await moderation.recalls.recall({ ...place, ...order });
      const { actor: by, ...meant } = order;
      const { tombstone, offsets } = outcome;
      const act = { action: "recall", by, ...place, ...meant, tombstone, offsets };
      audited(c, moderation.audit, act);
      return c.json(outcome);
    },
  };
}

function logOf({ room, user, key }: { [name in "room" | "user" | "key"]: string | undefined }) {
  if (room !== undefined) return { log: "room", target: room } as const;
  if (user !== undefined) return { log: "user", target: user } as const;
  if (key !== undefined) return { log: "key", target: key } as const;
  return { log: "all", target: "" } as const;
}

/** A push to many keys has an offset for each of them. */
function refuseManyKeys(json: unknown): void {
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, "keys")) return;
  const message =
    "a push to several keys is several messages: recall each with its key, by the offset that " +
    "the push answered for it";
  throw new FieldsError([{ field: "keys", message }]);
}

function reportRoutes(
  { jsonBytesMax, moderation: { reportsMax } }: ApiModerationOptions,
  { moderation }: ApiModerationDeps,
): ApiRoute[] {
  const { reports, audit } = moderation;
  const path = `${base}/reports`;
  return [
    {
      method: "post",
      path,
      operationId: "postModerationReport",
      summary: "Report a user or a message",
      json: reportInput,
      answers: { 200: { text: "Queued.", schema: reportSchema } },
      problems,
      handle: async (c) => {
        const input = checked(reportInput, await readJson(c, jsonBytesMax));
        const { user = "", room = "", offset, by, reason } = input;
        allowReach(callerOf(c), reachOf(room));
        const place = offset === undefined ? {} : { offset };
        return c.json(await reports.add({ user, room, by, reason, ...place }));
      },
    },
    {
      method: "get",
      path,
      operationId: "getModerationReports",
      summary: "Reports, those that changed last at the end",
      description: "To a key for some types of rooms a page may show fewer than `limit`.",
      query: reportsQuery,
      answers: { 200: { text: "A page.", schema: reportsAnswer } },
      problems: [429, 503, 504],
      handle: async (c) => {
        const { state, after, limit } = checked(reportsQuery, queryOf(c, reportsQuery));
        const bounded = { after, limit: Math.min(limit, reportsMax) };
        const caller = callerOf(c);
        const page = await reports.page(state, bounded);
        const shown = page.reports.filter(({ room }) => reaches(caller, reachOf(room)));
        return c.json({ ...page, reports: shown });
      },
    },
    {
      method: "post",
      path: `${path}/{id}/close`,
      operationId: "closeModerationReport",
      summary: "Close a report with what was done about it",
      pathParameters: reportPath,
      json: reportClose,
      answers: { 200: { text: "Closed.", schema: reportSchema } },
      problems: [404, 409, ...problems],
      handle: async (c) => {
        const { id } = checked(reportPath, c.req.param());
        const { outcome, actor } = checked(reportClose, await readJson(c, jsonBytesMax));
        const caller = callerOf(c);
        const mayClose = ({ room }: { readonly room: string }) => allowReach(caller, reachOf(room));
        const report = await reports.close(id, outcome, { actor, mayClose });
        audited(c, audit, { action: "report", by: actor, report: id, room: report.room, outcome });
        return c.json(report);
      },
    },
  ];
}
