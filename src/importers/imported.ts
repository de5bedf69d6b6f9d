import type { DraftRecord } from "./draft.ts";

/**
 * What somebody who knows the other tool should know: `changed` works here in another way, `dropped` has no equivalent,
 * `hint` is what to do next.
 */
export interface ImportNote {
  readonly kind: "changed" | "dropped" | "hint";
  /** Where it stood in the source, such as `args[2].ad_restore_face`. */
  readonly path: string;
  readonly message: string;
}

export interface Imported {
  readonly workflow: DraftRecord;
  /** In the order of the source; each is said once. */
  readonly notes: readonly ImportNote[];
}

export interface ImportOptions {
  /** Of the workflow: small letters, digits, - and _. */
  readonly name: string;
  /** The inpainter of every step. */
  readonly model: string;
}

/** Runs without a network, restores, and takes no prompt; what generates stands under `byProvider`. */
export const DEFAULT_INPAINTER = "local:esrgan-detail";

/** Collects notes; what is said again is left out. */
export class Notes {
  readonly #notes = new Map<string, ImportNote>();

  add(kind: ImportNote["kind"], path: string, message: string): void {
    const key = `${path}\n${message}`;
    if (!this.#notes.has(key)) this.#notes.set(key, { kind, path, message });
  }

  list(): readonly ImportNote[] {
    return [...this.#notes.values()];
  }
}
