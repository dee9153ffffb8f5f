/** Operations of the client protocol. Numbers and names are goim's (contract, section 1). */
export const Operation = {
  Handshake: 0,
  HandshakeReply: 1,
  Heartbeat: 2,
  HeartbeatReply: 3,
  SendMsg: 4,
  SendMsgReply: 5,
  DisconnectReply: 6,
  Auth: 7,
  AuthReply: 8,
  /** A batch: the body is a concatenation of whole packets. WebSocket only. */
  Raw: 9,
  ProtoReady: 10,
  ProtoFinish: 11,
  ChangeRoom: 12,
  ChangeRoomReply: 13,
  Sub: 14,
  SubReply: 15,
  Unsub: 16,
  UnsubReply: 17,
  /** From here on version 2 only (docs/protocol.md). */
  Ack: 18,
  AckReply: 19,
  Join: 20,
  JoinReply: 21,
  Leave: 22,
  LeaveReply: 23,
  History: 24,
  HistoryReply: 25,
  /** A log began a new life, or lost entries that this connection has not had. */
  LogState: 26,
  /** The server drains: connect elsewhere. */
  GoAway: 27,
  Error: 28,
  /** The server took this connection out of a room. */
  Removed: 29,
  /** A new token for the connection. */
  Refresh: 30,
  RefreshReply: 31,
  /** Messages were taken back: a push of the log they are in, to every version. */
  Recalled: 40,
  /**
   * A message of a room about the room itself, JSON (docs/rooms.md): committed to the room like any
   * other, so in order with everything in it. In both versions.
   */
  RoomEvent: 100,
} as const;

export type Operation = (typeof Operation)[keyof typeof Operation];
