import type { Presence } from "../../presence.ts";
import { tooMany } from "../answer.ts";
import {
  presenceMids,
  presencePage,
  presencePath,
  presenceQuery,
  userPresence,
  usersPresence,
} from "./presence-schemas.ts";
import { checked, queryOf, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";

export interface ApiPresenceOptions {
  /** Largest JSON body, bytes. */
  readonly jsonBytesMax: number;
  readonly presence: { readonly midsMax: number; readonly pageMax: number };
}

export interface ApiPresenceDeps {
  readonly presence: Presence;
}

const path = "/api/v1/presence";

/** Who is online: one user, several, or all of them page by page. */
export function presenceRoutes(options: ApiPresenceOptions, { presence }: ApiPresenceDeps) {
  const { midsMax, pageMax } = options.presence;
  const query = presenceQuery(pageMax);
  const routes: ApiRoute[] = [
    {
      method: "get",
      path: `${path}/{mid}`,
      operationId: "getPresenceOfUser",
      summary: "Whether a user is online, where, or since when not",
      scope: "read",
      pathParameters: presencePath,
      answers: { 200: { text: "Online or not.", schema: userPresence } },
      problems: [429, 503, 504],
      handle: async (c) => {
        const { mid } = checked(presencePath, c.req.param());
        const [user] = await presence.of([mid]);
        return c.json(user);
      },
    },
    {
      method: "post",
      path,
      summary: "The same for several users",
      scope: "read",
      json: presenceMids,
      answers: { 200: { text: "One entry for each mid, same order.", schema: usersPresence } },
      problems: [413, 429, 503, 504],
      handle: async (c) => {
        const body = await readJson(c, options.jsonBytesMax);
        const { mids } = checked(presenceMids, body);
        tooMany("mids", mids.length, midsMax);
        return c.json({ users: await presence.of(mids) });
      },
    },
    {
      method: "get",
      path,
      summary: "Page through all who are online",
      scope: "read",
      description:
        "Who is online all the time is in one of the pages at least. A page may have fewer users " +
        "than `limit`, or a few more, or none, and still be followed by another.",
      query,
      answers: { 200: { text: "A page.", schema: presencePage } },
      problems: [429, 503, 504],
      handle: async (c) => {
        const { limit, cursor = "" } = checked(query, queryOf(c, query));
        const page = await presence.page(cursor, limit);
        const more = page.cursor === "" ? {} : { cursor: page.cursor };
        return c.json({ users: page.users, ...more });
      },
    },
  ];
  return routes;
}
