import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { MaskloomError } from "../../../errors.ts";
import type { RemoteCall } from "../../inpainter.ts";
import type { ComfyClient } from "./comfyui-client.ts";
import { executionFailure } from "./comfyui-faults.ts";
import type { HistoryEntry } from "./comfyui-wire.ts";
import { openProgressSocket } from "./progress-socket.ts";

/** How often it is asked where nothing is told. */
const ASK_EVERY_MS = 1_000;
/** One that is restarted is back after a while; so many questions in vain, and somebody else asks later. */
const MOST_SILENCES = 5;

interface Awaited {
  readonly settings: ProviderSettings;
  readonly client: ComfyClient;
  readonly clientId: string;
  readonly promptId: string;
  /** Somebody else submitted it. */
  readonly isTakenUp: boolean;
  readonly onProgress: RemoteCall["onProgress"];
  readonly signal: AbortSignal;
}

/**
 * Waits for a workflow that was submitted to come to its end.
 * @param begin submits it, once progress can be told
 * @throws PROVIDER_FAILED naming the node that failed, or where it is known no more; CALL_OPEN where it cannot be asked
 */
export async function awaitResult(waiting: Awaited, begin: () => Promise<string>): Promise<HistoryEntry> {
  const { settings, client, clientId, isTakenUp, onProgress, signal } = waiting;
  const who = `provider ${settings.id}`;
  let wake = () => {};
  let promptId = waiting.promptId;
  let at = { step: 0, steps: 1 };
  const told = {
    onProgress: (id: string, step: number, steps: number) => {
      if (id !== promptId) return;
      at = { step, steps };
      onProgress(step / steps, at);
    },
    onPreview: (id: string, preview: Uint8Array) => {
      if (id === promptId) onProgress(at.step / at.steps, { ...at, preview });
    },
    onNews: () => wake(),
  };
  const socket = openProgressSocket(settings, clientId, told, { isTakenUp });
  try {
    await socket.settled;
    signal.throwIfAborted();
    promptId = await begin();
    for (let silences = 0; ; ) {
      signal.throwIfAborted();
      const asked = await attempt(() => client.history(promptId, signal), signal);
      if ("entry" in asked) {
        const { entry } = asked;
        const failure = entry === null ? null : executionFailure(entry, who);
        if (failure !== null) throw failure;
        if (entry !== null) return entry;
        silences = 0;
      } else {
        silences += 1;
        if (silences > MOST_SILENCES) throw open(who, asked.silence);
      }
      await news(signal, (call) => {
        wake = call;
      });
      if (await isLost(client, promptId, signal)) throw lost(who, settings.paid);
    }
  } finally {
    socket.close();
  }
}

/** Until something is told, or a second is over. */
function news(signal: AbortSignal, listen: (call: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ASK_EVERY_MS);
    signal.addEventListener("abort", done, { once: true });
    listen(done);
  });
}

/** Whatever is wrong with a question says nothing about the workflow that it is about. */
async function attempt(
  ask: () => Promise<HistoryEntry | null>,
  signal: AbortSignal,
): Promise<{ readonly entry: HistoryEntry | null } | { readonly silence: unknown }> {
  try {
    return { entry: await ask() };
  } catch (error) {
    if (signal.aborted) throw error;
    return { silence: error };
  }
}

/** Neither at its end nor in the queue: it was restarted, or somebody emptied its queue. */
async function isLost(client: ComfyClient, promptId: string, signal: AbortSignal): Promise<boolean> {
  try {
    if ((await client.queued(promptId, signal)) !== null) return false;
    return (await client.history(promptId, signal)) === null;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}

const lost = (who: string, paid: boolean) =>
  new MaskloomError(
    paid ? "CALL_UNCERTAIN" : "PROVIDER_FAILED",
    `${who}: the workflow is known there no more: it was restarted, or its queue emptied`,
  );

const open = (who: string, cause: unknown) =>
  new MaskloomError("CALL_OPEN", `${who}: does not answer any more while it works: ${messageOf(cause)}`, {
    cause,
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
