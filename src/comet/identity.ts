/** Who this comet is to the other processes. The incarnation is new after every lost lease. */
export interface Identity {
  readonly id: string;
  readonly incarnation: string;
}

/** This comet's entry in the registry, while it is there. */
export interface Registration {
  /** Changes when the entry was lost and made again. */
  readonly incarnation: string;
  /**
   * Stays registered, offered to no new clients: while a comet drains, job must still find it for
   * those who are connected, because an entry that is gone counts as a dead comet.
   */
  retire(): void;
  /** Takes the entry out and stops renewing it. */
  leave(): Promise<void>;
}

/** What the registry asks and tells. */
export interface RegistrationEvents {
  /** Levels for the next renewal of the entry. */
  levels(): { readonly connections: number; readonly ips: number };
  /** An entry is about to be made under this incarnation: from now on others may ask for it. */
  onClaim(incarnation: string): void;
  /** The entry was lost and made again: sessions of the old incarnation are void. */
  onIncarnation(incarnation: string): void;
  /** A younger process has this id: this one has to go. */
  onConflict(error: Error): void;
}

/** Makes the entry of the comet with this id (bus/registry.ts, with what the config says). */
export type Register = (id: string, events: RegistrationEvents) => Promise<Registration>;
