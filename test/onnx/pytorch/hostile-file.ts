/** A file that must be refused, and what the error must say. */
export interface HostileFile {
  readonly name: string;
  readonly make: () => Uint8Array;
  readonly says: RegExp;
}
