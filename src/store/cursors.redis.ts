import { GoimError } from "../kit/errors.ts";
import { type CursorsConfig, cursorsDefaults, type KvCursorsDeps } from "./cursors.kv.ts";
import type { CursorStore } from "./cursors.ts";
import { type RedisLinkConfig, redisLinkDefaults } from "./redis-link.ts";

export type RedisCursorsConfig = CursorsConfig & RedisLinkConfig;

export const redisCursorsDefaults: RedisCursorsConfig = {
  ...redisLinkDefaults,
  ...cursorsDefaults,
};

export async function createRedisCursors(
  options: Partial<RedisCursorsConfig>,
  _deps: Omit<KvCursorsDeps, "bus">,
): Promise<CursorStore> {
  const config = { ...redisCursorsDefaults, ...options };
  throw new GoimError("unavailable", `not there yet: ${config.devicesMax}`);
}
