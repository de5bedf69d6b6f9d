/**
 * Why work is told to stop although its result is wanted: somebody else goes on with the task, under the same call. What was
 * asked of a provider by the call's name is theirs from here on.
 */
export class Handover extends Error {
  /** Somebody has it already; else it goes back to its queue. */
  readonly isTaken: boolean;

  constructor({ isTaken }: { readonly isTaken: boolean }) {
    super(isTaken ? "leased elsewhere" : "the worker shuts down");
    this.isTaken = isTaken;
  }
}
