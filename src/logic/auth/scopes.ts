/** What a key of the HTTP API may do. */
export const SCOPES = [
  "push:room",
  "push:user",
  "push:all",
  "rooms:write",
  "users:write",
  "moderate",
  "read",
  "keys:write",
] as const;

export type Scope = (typeof SCOPES)[number];
