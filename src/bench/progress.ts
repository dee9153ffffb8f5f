/** Where progress goes: stderr, so that --json leaves stdout clean. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const EVERY_MS = 1000;

/** One line, refreshed in place on a terminal and printed once a second elsewhere. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #line: () => string;
  readonly #timer: NodeJS.Timeout;

  constructor(output: ProgressOutput, line: () => string) {
    this.#output = output;
    this.#line = line;
    this.#timer = setInterval(() => this.#show(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#output.isTTY) this.#output.write("\r\u001b[K");
  }

  #show(): void {
    const line = this.#line();
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }
}
