/** Something with a life inside a process: started in order, drained and stopped in reverse. */
export interface Service {
  readonly name: string;
  /** Resolves when it works; rejects when it cannot. */
  start(): Promise<void>;
  /** Takes no new work, finishes what it has. Optional; bounded by the process's drain timeout. */
  drain?(): Promise<void>;
  /** Frees everything it opened. Called once, also after a failed start. */
  stop(): Promise<void>;
}
