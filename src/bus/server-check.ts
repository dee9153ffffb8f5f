import type { NatsConnection } from "@nats-io/nats-core";
import { GoimError } from "../kit/errors.ts";

/** Oldest server with batch direct get and per-message expiry; older ones ignore them silently. */
export const MIN_SERVER_VERSION = "2.11.0";

export interface Servers {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

/**
 * Credentials stand in the address, where the client does not look for them: `user:password@`, or a
 * token alone, as in every NATS client.
 */
export function serversOf(text: string): Servers {
  const servers: string[] = [];
  let login: Pick<Servers, "user" | "pass" | "token"> = {};
  for (const part of text.split(",")) {
    const address = part.trim();
    if (address === "") continue;
    const at = address.lastIndexOf("@");
    const scheme = address.includes("://") ? address.slice(0, address.indexOf("://") + 3) : "";
    if (at > 0) {
      const [name = "", password] = address.slice(scheme.length, at).split(":");
      const user = decodeURIComponent(name);
      login =
        password === undefined ? { token: user } : { user, pass: decodeURIComponent(password) };
    }
    servers.push(at > 0 ? `${scheme}${address.slice(at + 1)}` : address);
  }
  if (servers.length === 0) throw new GoimError("invalid", "the address of NATS is empty");
  return { servers, ...login };
}

/** Throws GoimError "invalid" with a sentence that helps when the server is too old. */
export function checkVersion(connection: NatsConnection, minVersion: string): void {
  const version = connection.info?.version ?? "0.0.0";
  if (compareVersions(version, minVersion) >= 0) return;
  throw new GoimError(
    "invalid",
    `nats-server ${version} at ${connection.getServer()} is too old: goim needs ${minVersion} or ` +
      "newer (batch reads and per-key expiry). Get one from the releases page of " +
      "nats-io/nats-server, `brew install nats-server`, the Docker image nats, or " +
      "`go install github.com/nats-io/nats-server/v2@latest`; `npm start` fetches one by itself",
  );
}

/** Negative when `a` is older. What follows a "-" (a pre-release) does not count. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (text.split("-")[0] ?? "").split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
