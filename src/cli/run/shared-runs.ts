import type { RunUUID } from "../../contracts/ids.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { mentionsRun } from "../../runs/mentions-run.ts";

interface Identified {
  readonly identity: string | null;
}

/** Runs under way that other pictures, being the same work, may wait for; forgotten when they have ended. */
export class Leaders {
  readonly #runs = new Map<string, RunUUID>();
  readonly #isExpected: (runUUID: RunUUID) => boolean;
  readonly #isShared: boolean;
  #limit = 512;

  /** @param isExpected whether the end of a run is still waited for */
  constructor(workflow: Workflow, isExpected: (runUUID: RunUUID) => boolean) {
    this.#isExpected = isExpected;
    this.#isShared = !mentionsRun(workflow);
  }

  add(identity: string | null, runUUID: RunUUID): void {
    if (identity === null || !this.#isShared) return;
    this.#runs.set(identity, runUUID);
    if (this.#runs.size > this.#limit) this.#forgetEnded();
  }

  /** The run to wait for; null where there is none. */
  of(identity: string | null): RunUUID | null {
    const runUUID = identity === null ? undefined : this.#runs.get(identity);
    return runUUID !== undefined && this.#isExpected(runUUID) ? runUUID : null;
  }

  /** The first of each work, and those that are the same. */
  divide<T extends Identified>(candidates: readonly T[]): { readonly first: T[]; readonly others: T[] } {
    const seen = new Set<string>();
    const first: T[] = [];
    const others: T[] = [];
    for (const candidate of candidates) {
      const { identity } = candidate;
      const isSame = this.#isShared && identity !== null && seen.has(identity);
      if (identity !== null) seen.add(identity);
      (isSame ? others : first).push(candidate);
    }
    return { first, others };
  }

  #forgetEnded(): void {
    for (const [identity, runUUID] of this.#runs) if (!this.#isExpected(runUUID)) this.#runs.delete(identity);
    this.#limit = Math.max(512, this.#runs.size * 2);
  }
}
