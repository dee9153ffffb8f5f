import type { Context } from "hono";
import { GoimError } from "../../../kit/errors.ts";
import type { RuleStore } from "../../moderation/rule-store.ts";
import type { Env } from "../answer.ts";
import { auditRoutes } from "./audit.ts";
import { actorOf, actorQuery, audited } from "./audited.ts";
import {
  type ApiModerationDeps,
  type ApiModerationOptions,
  moderationActs,
} from "./moderation-acts.ts";
import {
  deletedAnswer,
  dictionaryAnswer,
  dictionaryInput,
  dictionaryPath,
  policiesAnswer,
  policyInput,
  revisionAnswer,
  scopeInput,
  statusAnswer,
} from "./moderation-schemas.ts";
import { checked, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import { allowReach, callerOf, type Reach, reaches } from "./scope.ts";

const moderationPath = "/api/v1/moderation";
const problems = [413, 429, 503, 504];

/** Sensitive words and limits; what is done to people and messages is in moderation-acts.ts. */
export function moderationRoutes(
  options: ApiModerationOptions,
  deps: ApiModerationDeps,
): ApiRoute[] {
  return [
    statusRoute(deps),
    ...dictionaryRoutes(options, deps),
    ...policyRoutes(options, deps),
    ...moderationActs(options, deps),
    ...auditRoutes({ page: (query) => deps.moderation.auditLog.page(query) }),
  ];
}

function statusRoute({ moderation }: ApiModerationDeps): ApiRoute {
  return {
    method: "get",
    path: moderationPath,
    operationId: "getModeration",
    summary: "Which rules the logic that answers acts by",
    answers: { 200: { text: "The rules in force.", schema: statusAnswer } },
    problems: [],
    handle: (c) => {
      const { rules, recalls } = moderation;
      const caller = callerOf(c);
      const dictionaries = rules.words.states().filter(({ scope }) => reaches(caller, scope));
      return c.json({
        revision: rules.revision,
        building: rules.building,
        restrictions: rules.restrictions.size,
        recalls: recalls.size,
        dictionaries,
      });
    },
  };
}

function dictionaryRoutes(
  { jsonBytesMax }: ApiModerationOptions,
  { moderation }: ApiModerationDeps,
): ApiRoute[] {
  const path = `${moderationPath}/words/{id}`;
  const { store, audit } = moderation;
  const reachable = (c: Context<Env>, id: string) => reachableWords(c, store, id);
  return [
    {
      method: "put",
      path,
      operationId: "putModerationWords",
      summary: "Store a dictionary of sensitive words in the place of the one of this name",
      pathParameters: dictionaryPath,
      json: dictionaryInput,
      answers: { 200: { text: "Stored; in force within a second.", schema: revisionAnswer } },
      problems,
      handle: async (c) => {
        const { id } = checked(dictionaryPath, c.req.param());
        const input = checked(dictionaryInput, await readJson(c, jsonBytesMax));
        const { scope, action, words, actor: by } = input;
        allowReach(callerOf(c), scope);
        await reachable(c, id);
        const revision = await store.putDictionary(id, input);
        const does = { scope, does: action, words: words.length };
        audited(c, audit, { action: "words", by, dictionary: id, ...does });
        return c.json({ revision });
      },
    },
    {
      method: "get",
      path,
      operationId: "getModerationWords",
      summary: "A dictionary as it is stored",
      pathParameters: dictionaryPath,
      answers: { 200: { text: "The dictionary.", schema: dictionaryAnswer } },
      problems: [404, 429, 503, 504],
      handle: async (c) => {
        const { id } = checked(dictionaryPath, c.req.param());
        const found = await reachable(c, id);
        if (found === undefined) throw noDictionary(id);
        const { scope, action, match, updatedAt, actor } = found.head;
        const words = await store.words(id, found.head);
        const { revision } = found;
        return c.json({ id, revision, scope, action, match, updatedAt, actor, words });
      },
    },
    {
      method: "delete",
      path,
      operationId: "deleteModerationWords",
      summary: "Delete a dictionary",
      pathParameters: dictionaryPath,
      query: actorQuery,
      answers: { 200: { text: "It is gone.", schema: deletedAnswer } },
      problems: [404, 429, 503, 504],
      handle: async (c) => {
        const { id } = checked(dictionaryPath, c.req.param());
        const by = actorOf(c);
        const found = await reachable(c, id);
        if (!(await store.deleteDictionary(id))) throw noDictionary(id);
        const scope = found?.head.scope;
        audited(c, audit, { action: "words", by, dictionary: id, scope, does: "deleted" });
        return c.json({ deleted: true });
      },
    },
  ];
}

/** What is stored under the name, for whoever may have to do with it. */
async function reachableWords(c: Context<Env>, store: RuleStore, id: string) {
  const found = await store.dictionary(id);
  if (found !== undefined) allowReach(callerOf(c), found.head.scope);
  return found;
}

/** The other way round of scopeText. */
function scopeOf(text: string): Reach {
  const [kind = ""] = text.split(" ", 1);
  const name = text.slice(kind.length + 1);
  if (kind === "type") return { kind, type: name };
  return kind === "room" ? { kind, room: name } : { kind: "all" };
}

function noDictionary(id: string): GoimError {
  return new GoimError("not_found", `there is no dictionary ${id}`);
}

function policyRoutes(
  { jsonBytesMax }: ApiModerationOptions,
  { moderation }: ApiModerationDeps,
): ApiRoute[] {
  const { store, audit, rules } = moderation;
  const path = `${moderationPath}/limits`;
  return [
    {
      method: "put",
      path,
      operationId: "putModerationLimits",
      summary: "Slow mode, rates and links for all rooms, those of a type, or one",
      description:
        "In the place of what stood for this scope. Where several scopes say something, the " +
        "room's word counts before the type's, and that before what holds for all.",
      json: policyInput,
      answers: { 200: { text: "Stored; in force within a second.", schema: revisionAnswer } },
      problems,
      handle: async (c) => {
        const input = checked(policyInput, await readJson(c, jsonBytesMax));
        const { scope, policy, actor: by } = input;
        allowReach(callerOf(c), scope);
        const revision = await store.putPolicy(scope, policy);
        audited(c, audit, { action: "limits", by, scope, policy });
        return c.json({ revision });
      },
    },
    {
      method: "get",
      path,
      operationId: "getModerationLimits",
      summary: "All of these, as the logic that answers acts by them",
      answers: { 200: { text: "By scope.", schema: policiesAnswer } },
      problems: [],
      handle: (c) => {
        const caller = callerOf(c);
        const policies = [...rules.policies.all()]
          .map(([scope, policy]) => ({ scope, policy }))
          .filter(({ scope }) => reaches(caller, scopeOf(scope)));
        return c.json({ policies });
      },
    },
    {
      method: "post",
      path: `${path}/delete`,
      operationId: "deleteModerationLimits",
      summary: "Take away what stands for a scope",
      json: scopeInput,
      answers: { 200: { text: "It is gone.", schema: deletedAnswer } },
      problems: [404, ...problems],
      handle: async (c) => {
        const { scope, actor: by } = checked(scopeInput, await readJson(c, jsonBytesMax));
        allowReach(callerOf(c), scope);
        if (!(await store.deletePolicy(scope))) {
          throw new GoimError("not_found", "nothing stands for this scope");
        }
        audited(c, audit, { action: "limits", by, scope, policy: {} });
        return c.json({ deleted: true });
      },
    },
  ];
}
