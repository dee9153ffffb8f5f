/** Sends that go out in one write; called as transport.ts is. */
import { afterEach, expect, it } from "vitest";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { waitFor } from "../harness/wait.ts";
import { type ContractSubject, packet, run, stopAll } from "./transport.ts";

export function sendsTogether(subject: ContractSubject): void {
  afterEach(stopAll);
  const chunk = packet(1000, Buffer.alloc(60_000, "x"), 0);

  it("sends together what belongs together, and tells when the kernel has it", async () => {
    const { connect, events } = await run(subject);
    const { client, connection } = await connect();
    connection.together(() => {
      expect(connection.send(packet(1000, "m0", 0))).toBeGreaterThanOrEqual(18);
      connection.send(packet(1000, "m1", 0));
      expect(events.drains).toBe(0);
    });
    expect(events.drains).toBe(1);
    expect(connection.bufferedBytes()).toBe(0);
    expect(connection.send(packet(1000, "m2", 0))).toBe(0);
    await client.waitForCount(3);
    expect(client.messages.map((message) => message.text)).toEqual(["m0", "m1", "m2"]);
    if (subject.name === "tcp") expect(client.raw[0]?.bytes.length).toBeGreaterThanOrEqual(36);
  });

  it("sends it also when that closes the connection", async () => {
    const { connect, events } = await run(subject);
    const { client, connection } = await connect();
    connection.together(() => {
      connection.send(packet(1000, "last", 0));
      connection.close(CloseCode.Kicked, "kicked");
    });
    expect(connection.send(packet(1000, "more", 0))).toBe(0);
    connection.together(() => connection.send(packet(1000, "more", 0)));
    await client.closed;
    expect(client.messages.map((message) => message.text)).toEqual(["last"]);
    expect([events.closed.length, events.drains]).toEqual([1, 0]);
  });

  it("tells of no drain when what was sent together is too much", async () => {
    const { events, connect } = await run(subject, { sendBytesMax: 1 << 26 });
    const { client, connection } = await connect();
    client.pause();
    connection.together(() => {
      for (let sent = 0; sent < 100; sent++) connection.send(chunk);
    });
    expect(events.drains).toBe(0);
    expect(connection.bufferedBytes()).toBeGreaterThan(0);
    client.resume();
    await client.waitForCount(100);
    await waitFor(() => events.drains === 1);
  });
}
