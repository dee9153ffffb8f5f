import type { Packet } from "../protocol/frame.ts";

/** First in, first out; made when the first packet has to wait and let go when it is empty. */
export class PacketQueue {
  #packets: (Packet | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#packets.length - this.#head;
  }

  /** Keeps a copy: the body of a packet that has just been read is only valid during the call. */
  push(packet: Packet): void {
    this.#packets.push({ ...packet, body: new Uint8Array(packet.body) });
  }

  shift(): Packet | undefined {
    if (this.#head === this.#packets.length) return undefined;
    const packet = this.#packets[this.#head];
    this.#packets[this.#head++] = undefined;
    // A queue that is never quite empty must not keep the places of all that went through it.
    if (this.#head * 2 >= this.#packets.length) {
      this.#packets = this.#packets.slice(this.#head);
      this.#head = 0;
    }
    return packet;
  }
}
