/** A message and who sends it, without its body. */
export interface Speech {
  readonly mid: string;
  readonly key: string;
  readonly device: string;
  readonly platform: string;
  readonly ip: string;
  readonly room: string;
  readonly op: number;
  /** The client's own id of it, "" = none. */
  readonly id: string;
}
