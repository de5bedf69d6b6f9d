import { randomUUID } from "node:crypto";
import { type ProviderSettings, reservedPrice } from "../../config/provider-settings.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import type { RemoteCall } from "../../inpainting/inpainter.ts";
import { UselessAnswer } from "../../inpainting/useless-answer.ts";
import {
  type CallEnd,
  type CallMaker,
  type CallRecord,
  endCall,
  reserveCall,
  type Spent,
} from "../../store/calls.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import { lostTask } from "../../store/leases.ts";
import { describeExceeded } from "../../store/ledger.ts";
import type { Store } from "../../store/store.ts";
import type { CallOrder, CallResult, OrderPlace } from "./call-order.ts";
import type { CallPlace } from "./call-places.ts";
import { keepAnswer } from "./keep-answer.ts";
import { tellProgress } from "./tell-progress.ts";

/* One call at one instance: written down before it is sent, and booked when it ends. */

/** The result of a call that this task made before, by whichever attempt. */
export async function takeUp<Result>(
  known: CallRecord | null,
  { restore }: CallOrder<Result>,
): Promise<CallResult<Result> | null> {
  if (known?.state === "uncertain") {
    const why = known.error?.message ?? `provider ${known.provider}: whether a call was billed is not known`;
    throw new MaskloomError("CALL_UNCERTAIN", why);
  }
  if (known?.state !== "answered" || known.answer === null) return null;
  const result = await restore(known.answer);
  if (result === null) return null;
  return { result, callUUID: known.callUUID, cost: known.realCost ?? known.reservedCost };
}

/** @returns the new call's UUID: from now on it counts as sent, whatever happens to this process */
export async function reserve(
  store: Store,
  order: CallOrder<unknown>,
  { settings, model }: CallPlace,
): Promise<string> {
  const { maker, region, key, request } = order;
  const callUUID = randomUUID();
  const price = reservedPrice(settings, model);
  const provider = settings.id;
  const call = { callUUID, maker, region, key, provider, model, price, caps: settings.maxCost, request };
  const reservation = await reserveCall(store.db, call);
  if (reservation.kind === "lost") throw lostTask();
  if (reservation.kind === "exceeds")
    throw new MaskloomError("BUDGET_EXCEEDED", describeExceeded(reservation.budget, price, provider));
  return callUUID;
}

/** A call that is written down. */
interface OpenCall {
  readonly callUUID: string;
  /** As it was found, where an earlier attempt sent it. */
  readonly resumed: CallRecord | null;
  /** It has ended and is booked. */
  readonly onSpent: (spent: Spent) => void;
}

export async function performCall<Result>(
  store: Store,
  order: CallOrder<Result>,
  { settings, model, perform }: OrderPlace<Result>,
  { callUUID, resumed, onSpent }: OpenCall,
): Promise<CallResult<Result>> {
  const { signal } = order;
  const end = async (how: CallEnd): Promise<void> => {
    const spent = await throughOutages(() => endCall(store.db, callUUID, how));
    if (spent !== null) onSpent(spent);
  };
  const progress = tellProgress(store, order, callUUID);
  let isDone = false;
  const call: RemoteCall = {
    callUUID,
    owner: order.maker.ownerUUID,
    resumes: resumed !== null,
    ageMs: resumed?.ageMs ?? 0,
    isWatched: order.isWatched ?? false,
    onProgress: progress.at,
  };
  try {
    const { result, keep, cost, providerId } = await perform(call).catch(async (thrown: unknown) => {
      /* A worker that is told to stop says nothing about the call. */
      if (signal.aborted || !(thrown instanceof MaskloomError)) throw thrown;
      throw await book(end, order.maker, settings, thrown);
    });
    await end({ state: "answered", cost, providerId, answer: await keepAnswer(keep, order) });
    isDone = true;
    return { result, callUUID, cost: cost ?? resumed?.reservedCost ?? reservedPrice(settings, model) };
  } finally {
    progress.end(isDone);
  }
}

/** Writes down what a failure means for the call, and says what it means for the task. */
async function book(
  endCallAs: (how: CallEnd) => Promise<void>,
  maker: CallMaker,
  { paid }: ProviderSettings,
  failure: MaskloomError,
): Promise<MaskloomError> {
  const error = toErrorRecord(failure);
  const cost = failure instanceof UselessAnswer ? failure.cost : null;
  const end = (state: "answered" | "failed" | "uncertain") =>
    endCallAs({ state, error, cost, ...(state === "answered" ? {} : { by: maker }) });
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
