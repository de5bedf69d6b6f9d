import { ApiError } from "../../api/api-error.ts";
import { pullModel } from "../../api/models.ts";

/** One pull as it stands. */
export interface Pull {
  readonly file: string | null;
  readonly received: number;
  /** 0 where it is not known yet. */
  readonly bytes: number;
  /** What was waited for or tried again, last. */
  readonly note: string | null;
  /** What ended it; null while it goes on. */
  readonly failure: string | null;
}

const BEGUN: Pull = { file: null, received: 0, bytes: 0, note: null, failure: null };

/* Not of a component: a pull goes on while somebody looks at another page. */

const pulls = new Map<string, Pull>();
const controllers = new Map<string, AbortController>();
const listeners = new Set<() => void>();

export function readPull(id: string): Pull | undefined {
  return pulls.get(id);
}

export function subscribeToPulls(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Brings a model, and says when it is here. What fails stays to be read until it is tried again. */
export async function startPull(id: string, onDone: () => void): Promise<void> {
  if (controllers.has(id)) return;
  const controller = new AbortController();
  controllers.set(id, controller);
  set(id, BEGUN);
  try {
    for await (const message of pullModel(id, controller.signal)) {
      const before = pulls.get(id) ?? BEGUN;
      if (message.type === "progress") {
        const { file, received, bytes } = message;
        set(id, { ...before, file, received, bytes });
      }
      if (message.type === "note") set(id, { ...before, note: message.text });
      if (message.type === "failed") set(id, { ...before, failure: message.error.message });
    }
    if (pulls.get(id)?.failure === null) {
      set(id, undefined);
      onDone();
    }
  } catch (error) {
    const message = error instanceof ApiError ? error.message : String(error);
    set(id, controller.signal.aborted ? undefined : { ...BEGUN, failure: message });
  } finally {
    controllers.delete(id);
  }
}

/** What came stays on the server; the next pull goes on from there. */
export function stopPull(id: string): void {
  controllers.get(id)?.abort();
}

function set(id: string, pull: Pull | undefined): void {
  if (pull === undefined) pulls.delete(id);
  else pulls.set(id, pull);
  for (const tell of listeners) tell();
}
