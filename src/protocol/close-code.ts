/**
 * Why a connection ends. WebSocket clients see the number in the close frame; TCP has no place for
 * it in v1, so there it is for logs and metrics. The range is the advice: 4000–4499 come back (with
 * backoff), 4500–4999 coming back with the same request is useless.
 */
export const CloseCode = {
  /** The client closed, or its network did. */
  Normal: 1000,
  /** The server is draining: connect to another comet. */
  GoingAway: 4000,
  /** No auth packet within the handshake timeout. */
  HandshakeTimeout: 4001,
  /** No packet within heartbeat x max. */
  HeartbeatTimeout: 4002,
  /** The client does not read what it is sent. */
  Slow: 4003,
  /** Logic or NATS cannot be reached, so the login could not be decided. */
  Unavailable: 4004,
  /** More packets waiting than `upstream.queueMax`. */
  Flood: 4005,
  /** A bug was met while serving this connection. */
  Internal: 4006,
  /** The key has all the connections it may have, and new ones are refused. */
  KeyFull: 4007,
  /** The token is over: come back with a new one. */
  Expired: 4008,
  /** The room to enter has all the connections it may have. */
  RoomFull: 4009,
  /** The user or the address has all the connections it may have, or comes too often. */
  Limited: 4010,
  /** It may be in one of its rooms no longer: come back without it. */
  Removed: 4011,
  /** Another connection took the key. */
  Taken: 4500,
  /** The packet could not be read. */
  Malformed: 4501,
  /** The body is larger than the limit. */
  TooLarge: 4502,
  /** The token was refused. */
  Unauthorized: 4503,
  /** Kicked by an operator or by logic. */
  Kicked: 4504,
  /** The user, the key or the token was revoked. */
  Revoked: 4505,
  /** The room may not be entered. */
  RoomRefused: 4506,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** Whether a client that was closed with `code` should connect again. */
export function mayReconnect(code: number): boolean {
  return code < 4500 || code > 4999;
}
