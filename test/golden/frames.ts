/**
 * Frames of goim 2.0.0 as hex. The first packet of either batch was captured from a running goim,
 * which sent "twice more"; its second and third packets and the other frames are put together by
 * hand from the layout and the replies written down in the contract, section 1.
 * They are the judge of the codec: never change one to make a test pass.
 */
export const golden = {
  /** Three room messages "m0", "m1", "m2" of op 1000 in one TCP batch: bare packets. */
  tcpBatch:
    "0000001200100001000003e8000000006d30" +
    "0000001200100001000003e8000000006d31" +
    "0000001200100001000003e8000000006d32",
  /** The same on WebSocket: inside one packet of op 9. */
  webSocketBatch:
    "00000046001000010000000900000000" +
    "0000001200100001000003e8000000006d30" +
    "0000001200100001000003e8000000006d31" +
    "0000001200100001000003e8000000006d32",
  /** Op 7: the token of goim's JavaScript example. */
  auth:
    "0000005f0010000100000007000000017b226d6964223a3132332c22726f6f6d5f6964223a226c69" +
    "76653a2f2f31303030222c22706c6174666f726d223a22776562222c2261636365707473223a5b31" +
    "3030302c313030312c313030325d7d",
  /** Op 8: empty body, the seq of the request. */
  authReply: "00000010001000010000000800000001",
  /** Op 2 of the JavaScript example. */
  heartbeat: "00000010001000010000000200000001",
  /** Op 3: the room's online count as int32, here 2,803. */
  heartbeatReply: "0000001400100001000000030000000100000af3",
  /** Op 12 to test://1. */
  changeRoom: "00000018001000010000000c00000007746573743a2f2f31",
  /** Op 13 echoes the room. */
  changeRoomReply: "00000018001000010000000d00000007746573743a2f2f31",
  /** Op 14 adds accepted operations. */
  sub: "00000019001000010000000e00000008313030322c31303033",
  /** Op 15 echoes them. */
  subReply: "00000019001000010000000f00000008313030322c31303033",
  /** Op 16 takes them away. */
  unsub: "0000001400100001000000100000000931303032",
  /** Op 17 echoes them. */
  unsubReply: "0000001400100001000000110000000931303032",
  /** Op 4 with text; the answer is op 4 too, never op 5. */
  sendMsg: "0000001500100001000000040000000a68656c6c6f",
  /** Op 4 back: empty body, same seq. */
  sendMsgReply: "0000001000100001000000040000000a",
  /** Any other op comes back as itself: 999. */
  unknownReply: "0000001000100001000003e70000000b",
} as const;
