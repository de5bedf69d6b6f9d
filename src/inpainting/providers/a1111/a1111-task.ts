import type { z } from "zod";
import { MaskloomError } from "../../../errors.ts";
import type { ToldProgress } from "../../inpainter.ts";
import type { ProviderHttp } from "../http/provider-http.ts";
import { API_JOBS, fileOf, Progress, TaskProgress } from "./a1111-wire.ts";

type A1111Progress = ToldProgress & { readonly share: number };

/**
 * One picture of ours at a web UI. Those that know tasks by their ids (A1111 since 1.6, Forge) are asked by it. Of others it
 * can only be known that they work for their API, and did not already when ours was sent: what an idle one began with first
 * after that counts as ours, and nothing that it began with at any other second. No picture is shown of them: it might be
 * somebody else's.
 */
export interface A1111Task {
  /** Share of it that is done, and what else is known where it is watched; null while it waits, or where nothing is known. */
  progress(isWatched: boolean, signal: AbortSignal): Promise<A1111Progress | null>;
  /**
   * Stops it where it is the one that is worked on. Where that cannot be told from somebody else's, because the server knows no
   * ids and was busy when ours was sent, or has gone on to another one since, nothing is stopped.
   */
  interrupt(signal: AbortSignal): Promise<void>;
  /** Before ours is sent: stops what is worked on under its id, which a worker that died has left there. */
  interruptLeft(signal: AbortSignal): Promise<void>;
}

/** Before it is sent. */
export async function openTask(http: ProviderHttp, taskId: string, signal: AbortSignal): Promise<A1111Task> {
  const before = await readProgress(http, signal).catch(() => null);
  const wasIdle = before !== null && (before.state.job ?? "") === "";
  const othersBegan = wasIdle ? null : (before?.state.job_timestamp ?? null);
  /** When the first one began that was seen after ours was sent; null where it does not say. */
  let firstBegan: string | number | null = null;
  let knowsIds = false;
  let hasNoSuchPath = false;

  /** Null where it does not say. */
  const ask = async (live_preview: boolean, signal: AbortSignal) => {
    if (hasNoSuchPath) return null;
    const json = { id_task: taskId, live_preview };
    try {
      const told = await http.json(TaskProgress, "/internal/progress", { method: "POST", json, signal });
      knowsIds ||= told.active || told.queued || told.completed;
      return told;
    } catch (error) {
      if (error instanceof MaskloomError && error.code === "PROVIDER_REFUSED") hasNoSuchPath = true;
      return null;
    }
  };
  const askForAll = async (signal: AbortSignal): Promise<A1111Progress | null> => {
    if (before === null) return null;
    const whole = await readProgress(http, signal);
    const { job, job_timestamp: began = null } = whole.state;
    if (!API_JOBS.has(job ?? "")) return null;
    firstBegan ??= wasIdle ? began : null;
    const isOthers = wasIdle ? began !== firstBegan : othersBegan !== null && began === othersBegan;
    return isOthers ? null : { share: whole.progress, ...stepsOf(whole) };
  };
  /** Steps are told of whatever is under way: it must have been ours before and after. */
  const look = async (signal: AbortSignal): Promise<A1111Progress | null> => {
    const steps = stepsOf(await readProgress(http, signal));
    const known = await ask(true, signal);
    if (known?.active !== true) return null;
    const preview = known.live_preview ?? "";
    return { share: known.progress ?? 0, ...steps, ...(preview === "" ? {} : { preview: fileOf(preview) }) };
  };
  const isUnknown = (known: Awaited<ReturnType<typeof ask>>) =>
    hasNoSuchPath || (known !== null && !knowsIds);
  const stop = (signal: AbortSignal) =>
    http.tell("/sdapi/v1/interrupt", { method: "POST", json: {}, signal });
  return {
    async progress(isWatched, signal) {
      const known = await ask(false, signal);
      if (known?.active === true) return isWatched ? look(signal) : { share: known.progress ?? 0 };
      return isUnknown(known) ? askForAll(signal) : null;
    },
    async interrupt(signal) {
      const known = await ask(false, signal);
      const isGuessed = known?.active !== true && wasIdle && isUnknown(known);
      const isOurs = known?.active === true || (isGuessed && (await askForAll(signal)) !== null);
      if (isOurs) await stop(signal);
    },
    async interruptLeft(signal) {
      if ((await ask(false, signal))?.active === true) await stop(signal);
    },
  };
}

export function readProgress(http: ProviderHttp, signal: AbortSignal) {
  const query = { skip_current_image: "true" };
  return http.json(Progress, "/sdapi/v1/progress", { query, signal });
}

function stepsOf({ state: { sampling_step: step, sampling_steps: steps } }: z.output<typeof Progress>) {
  return typeof step === "number" && typeof steps === "number" && steps > 0 ? { step, steps } : {};
}
