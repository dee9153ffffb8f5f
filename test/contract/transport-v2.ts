/** What version 2 asks of a transport besides; test/contract/transport.ts calls it. */
import { expect, it } from "vitest";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { readPackets } from "../../src/protocol/frame.ts";
import { encodeAck } from "../../src/protocol/v2.ts";
import { waitFor } from "../harness/wait.ts";
import { type ContractSubject, packet, run } from "./transport.ts";

/** Everything that came, as packets of version 2. */
function packetsOf(client: { readonly raw: readonly { readonly bytes: Buffer }[] }) {
  const bytes = Buffer.concat(client.raw.map((frame) => frame.bytes));
  return bytes.length === 0 ? [] : readPackets(bytes, { version: 2 }).packets;
}

export function versionTwo(subject: ContractSubject): void {
  it("refuses headers of 24 bytes until it is upgraded, and takes them from then on", async () => {
    const { events, connect } = await run(subject);
    const old = await connect();
    old.client.write(encodeAck(1, 5));
    await waitFor(() => events.closed.length === 1);
    expect(events.closed).toMatchObject([{ code: CloseCode.Malformed }]);
    expect(packetsOf(old.client)).toEqual([]);
    const { client, connection } = await connect();
    expect(connection.version).toBe(1);
    connection.upgrade();
    expect(connection.version).toBe(2);
    client.write(encodeAck(7, 4096));
    client.write(packet(2, "old header", 8));
    await waitFor(() => events.packets.length === 2);
    expect(events.packets.map((each) => each.packet)).toMatchObject([
      { op: 18, seq: 7, offset: 4096 },
      { op: 2, seq: 8 },
    ]);
    expect(events.packets[1]?.packet.offset).toBeUndefined();
  });

  it("upgrades between two packets that came together, where it reads one by one", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    events.react = () => connection.upgrade();
    const [first, second] = [packet(7, "auth"), encodeAck(1, 5)];
    if (subject.name === "tcp") client.write(Buffer.concat([first, second]));
    else for (const bytes of [first, second]) client.write(bytes);
    await waitFor(() => events.packets.length === 2);
    expect(events.packets[1]?.packet).toMatchObject({ op: 18, offset: 5 });
  });

  it("says goodbye with a packet behind what waits, whoever closes on this side", async () => {
    const { events, connect, transport } = await run(subject);
    const [asked, broken, stopped] = [await connect(), await connect(), await connect()];
    for (const { connection } of [asked, broken, stopped]) connection.upgrade();
    asked.connection.send(packet(1000, "last", 0));
    asked.connection.close(CloseCode.Taken, "another took the key");
    await asked.client.closed;
    const bodies = packetsOf(asked.client).map(({ op, body }) => [
      op,
      Buffer.from(body).toString(),
    ]);
    const taken = { code: CloseCode.Taken, reason: "another took the key", reconnect: false };
    expect(bodies).toEqual([
      [1000, "last"],
      [6, JSON.stringify(taken)],
    ]);
    broken.client.write(Buffer.from("00000010001100020000000200000001", "hex"));
    await broken.client.closed;
    expect(packetsOf(broken.client).map(({ op }) => op)).toEqual([6]);
    await transport.stop();
    await stopped.client.closed;
    const [goodbye] = packetsOf(stopped.client);
    const facts = JSON.parse(Buffer.from(goodbye?.body ?? []).toString());
    expect(facts).toMatchObject({ code: CloseCode.GoingAway, reconnect: true });
    expect(events.closed).toHaveLength(3);
  });

  it("says nothing to a client that leaves by itself", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    connection.upgrade();
    await client.close();
    await waitFor(() => events.closed.length === 1);
    expect(packetsOf(client)).toEqual([]);
  });
}
