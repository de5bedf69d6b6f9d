import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenCircuit } from "../../contracts/provider.ts";
import { ERRORS, MaskloomError, toErrorRecord, toMaskloomError } from "../../errors.ts";
import type { RemoteCall } from "../../inpainting/inpainter.ts";
import { type ProviderSettings, reservedPrice } from "../../provider-settings.ts";
import {
  type CallMaker,
  type CallRecord,
  endCall,
  findCall,
  reserveCall,
  takeTurn,
} from "../../store/calls.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import { appendEvents } from "../../store/events.ts";
import { describeExceeded } from "../../store/ledger.ts";
import type { Store } from "../../store/store.ts";
import { createBreakers } from "./breakers.ts";
import { createCallSlots } from "./call-slots.ts";

/** What an answer came to, and what is kept of it so that it is never paid for twice. */
interface CallAnswer<Result> {
  readonly result: Result;
  /** JSON; from it `restore` makes the result anew. */
  readonly kept: object;
  /** USD; null where it was not told. */
  readonly cost: number | null;
  readonly providerId: string | null;
}

/** One thing that a task asks of a provider. */
interface CallOrder<Result> {
  readonly maker: CallMaker & { readonly step: string };
  readonly settings: ProviderSettings;
  readonly model: string;
  readonly region: number;
  /** Digest of what is asked for: an earlier attempt's call for the same thing is taken up again. */
  readonly key: string;
  /** What is asked for, without pictures. */
  readonly request: object;
  readonly signal: AbortSignal;
  perform(call: RemoteCall): Promise<CallAnswer<Result>>;
  /** Null where what was kept is gone. */
  restore(kept: object): Promise<Result | null>;
}

interface CallResult<Result> {
  readonly result: Result;
  /** USD: what was told, else what was reserved. */
  readonly cost: number;
}

/** Makes calls to providers: written down before they are sent, paced, limited, and never made twice for the same thing. */
export interface CallDesk {
  /**
   * @throws BUDGET_EXCEEDED where there is no money left for it, CALL_OPEN where it may be under way, CALL_UNCERTAIN where
   * nobody knows whether it was billed, PROVIDER_UNAVAILABLE while the provider is given a rest; what the provider throws
   */
  make<Result>(order: CallOrder<Result>): Promise<CallResult<Result>>;
  /** Providers that this process gives a rest. */
  openCircuits(): readonly OpenCircuit[];
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 500;
/** What asks for more patience than this gets it from the engine, so that no slot is held meanwhile. */
const LONGEST_RETRY_MS = 10_000;
const PROGRESS_EVERY_MS = 1_000;

/** @param onCircuits a provider's rest has begun or ended */
export function createCallDesk(store: Store, onCircuits: () => void = () => undefined): CallDesk {
  const slots = createCallSlots(store.connection, store.schema);
  const breakers = createBreakers(onCircuits);

  const attempt = async <Result>(order: CallOrder<Result>): Promise<CallResult<Result>> => {
    const { maker, settings, key, signal } = order;
    const known = await findCall(store.db, maker.taskUUID, key);
    const earlier = await takeUp(known, order);
    if (earlier !== null) return earlier;
    const resumed = known?.state === "sent" ? known : null;
    return slots.within(settings.id, settings.concurrency, signal, () =>
      breakers.within(settings.id, async () => {
        if (settings.requestsPerSecond !== undefined) {
          const wait = await takeTurn(store.db, settings.id, settings.requestsPerSecond);
          await sleep(wait, undefined, { signal });
        }
        const callUUID = resumed?.callUUID ?? (await reserve(store, order));
        return performCall(store, order, callUUID, resumed);
      }),
    );
  };

  return {
    async make(order) {
      const { settings, signal } = order;
      for (let tries = 0; ; tries++) {
        try {
          return await attempt(order);
        } catch (error) {
          const wait = retryWait(error, tries, settings);
          if (wait === null || signal.aborted) throw error;
          await sleep(wait, undefined, { signal });
        }
      }
    },
    openCircuits: () => breakers.open(),
    close: () => slots.close(),
  };
}

/** The result of a call that this task made before, by whichever attempt. */
async function takeUp<Result>(
  known: CallRecord | null,
  { restore, settings }: CallOrder<Result>,
): Promise<CallResult<Result> | null> {
  if (known?.state === "uncertain") {
    const why = known.error?.message ?? `provider ${settings.id}: whether a call was billed is not known`;
    throw new MaskloomError("CALL_UNCERTAIN", why);
  }
  if (known?.state !== "answered" || known.answer === null) return null;
  const result = await restore(known.answer);
  return result === null ? null : { result, cost: known.realCost ?? known.reservedCost };
}

/** @returns the new call's UUID: from now on it counts as sent, whatever happens to this process */
async function reserve(store: Store, order: CallOrder<unknown>): Promise<string> {
  const { maker, settings, model, region, key, request } = order;
  const callUUID = randomUUID();
  const price = reservedPrice(settings, model);
  const provider = settings.id;
  const call = { callUUID, maker, region, key, provider, model, price, caps: settings.maxCost, request };
  const reservation = await reserveCall(store.db, call);
  if (reservation.kind === "lost")
    throw new MaskloomError("CANCELLED", "the task is no longer this worker's");
  if (reservation.kind === "exceeds")
    throw new MaskloomError("BUDGET_EXCEEDED", describeExceeded(reservation.budget, price, provider));
  return callUUID;
}

async function performCall<Result>(
  store: Store,
  order: CallOrder<Result>,
  callUUID: string,
  resumed: CallRecord | null,
): Promise<CallResult<Result>> {
  const { settings, model, signal } = order;
  const call: RemoteCall = {
    callUUID,
    resumes: resumed !== null,
    ageMs: resumed?.ageMs ?? 0,
    onProgress: progressTeller(store, order),
  };
  try {
    const { result, kept, cost, providerId } = await order.perform(call);
    await throughOutages(() =>
      endCall(store.db, callUUID, { state: "answered", cost, providerId, answer: kept }),
    );
    return { result, cost: cost ?? resumed?.reservedCost ?? reservedPrice(settings, model) };
  } catch (thrown) {
    /* The connection to our database says nothing about the call; nor does a worker that is told to stop. */
    if (signal.aborted || !(thrown instanceof MaskloomError)) throw thrown;
    throw await book(store, settings, callUUID, thrown);
  }
}

/** Writes down what a failure means for the call, and says what it means for the task. */
async function book(
  store: Store,
  { paid }: ProviderSettings,
  callUUID: string,
  failure: MaskloomError,
): Promise<MaskloomError> {
  const error = toErrorRecord(failure);
  const end = (state: "answered" | "failed" | "uncertain") =>
    throughOutages(() => endCall(store.db, callUUID, { state, error }));
  if (failure.code === "CALL_OPEN") {
    if (paid) return failure;
    await end("failed");
    return new MaskloomError("PROVIDER_FAILED", failure.message, { cause: failure });
  }
  if (failure.code === "CALL_UNCERTAIN") await end(paid ? "uncertain" : "failed");
  else if (failure.code === "OUTPUT_INVALID") await end("answered");
  else if (failure.code !== "CANCELLED") await end("failed");
  return failure;
}

/** Only what certainly was not billed is tried again here, and only where trying again may help. */
function retryWait(thrown: unknown, tries: number, { retries }: ProviderSettings): number | null {
  const { code, retryAfterSeconds } = toMaskloomError(thrown);
  if (tries >= retries || !ERRORS[code].retry || code === "CALL_OPEN" || code === "INTERNAL") return null;
  const wait = retryAfterSeconds === undefined ? FIRST_RETRY_MS * 2 ** tries : retryAfterSeconds * 1000;
  return wait > LONGEST_RETRY_MS
    ? null
    : wait / 2 + (wait / 2) * Math.random() + (retryAfterSeconds ? wait / 2 : 0);
}

/** Told as events, at most one a second; what is lost of it costs nothing. */
function progressTeller(
  { db, wakeUps }: Store,
  { maker, region }: CallOrder<unknown>,
): (share: number) => void {
  const { ownerUUID: owner, batchUUID: batch, runUUID: run, taskUUID: task, step } = maker;
  let told = 0;
  return (share) => {
    if (share <= 0 || performance.now() - told < PROGRESS_EVERY_MS) return;
    told = performance.now();
    const data = { step, region, share: Math.round(share * 100) / 100 };
    appendEvents(db, [{ type: "task.progress", owner, batch, run, task, data }])
      .then(() => wakeUps.notify("events"))
      .catch(() => undefined);
  };
}
