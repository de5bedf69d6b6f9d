import { setTimeout as sleep } from "node:timers/promises";
import { ExponentialBackoff } from "cockatiel";
import { type ErrorCode, MaskloomError } from "../../errors.ts";
import type { Channel, PeerTask } from "./channel.ts";
import { failureOfPeer, isAbsence, isConflict, isLostPicture, isOfKey } from "./peer-failure.ts";
import type { PeerError, PeerFrame, PeerItem } from "./peer-frame.ts";

/** A paid request to a peer, under a UUID that it is billed under once at most. */
export interface PeerCall {
  readonly task: PeerTask;
  /** It may have been sent before: its result is asked for first. */
  readonly resumes: boolean;
  /** Milliseconds from its first sending, if there was one, to now. */
  readonly ageMs: number;
  /** For how long the peer knows a request that it was sent. */
  readonly remembersMs: number;
  /** For everything. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** The peer must say that it got a task; pictures travel with it. */
const ACKNOWLEDGE_MS = 60_000;
const ANSWER_MS = 30_000;
const FIRST_POLL_MS = 1_000;
const POLL_GROWTH = 1.5;
const LONGEST_POLL_MS = 10_000;
/** A peer that acknowledges a request and then knows nothing of it, again and again, is not to be trusted with a next one. */
const MOST_SENDINGS = 4;

/** Refused since the peer does not have a picture any more that the task names. Nothing was billed. */
export class LostPictures extends MaskloomError {}

type Answer =
  | { readonly kind: "done"; readonly item: PeerItem }
  | { readonly kind: "under way"; readonly share: number }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly error: MaskloomError }
  /** Nothing was learnt about the task: it is asked about again, no sooner than the peer wants. */
  | { readonly kind: "broken"; readonly afterMs: number };

/**
 * Has a peer carry out a task, and gets its one result: sent asynchronously, then asked for. Whatever breaks in between, the
 * same UUID is asked for; it is sent again only where the peer definitely has not heard of it, and under the same UUID.
 * @throws PROVIDER_UNAVAILABLE, PROVIDER_REFUSED, CONTENT_REFUSED or PROVIDER_FAILED where it certainly came to nothing; CALL_OPEN where
 * it may be under way still, or on its way there; CALL_UNCERTAIN where nobody can say any more; the signal's reason
 */
export async function runTask(channel: Channel, call: PeerCall, who: string): Promise<PeerItem> {
  const { signal, timeoutMs } = call;
  const began = performance.now();
  const deadline = began + timeoutMs;
  const rest = async (ms: number): Promise<void> => {
    /* A timer may be a fraction early, and would then leave time for one question more. */
    const waitMs = Math.min(ms, Math.max(0, deadline - performance.now()) + 1);
    await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
  const pauses = pausesBetween();
  let isAsked = call.resumes;
  let sendings = 0;
  let pollMs = FIRST_POLL_MS;
  for (;;) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw tooLate(who, timeoutMs);
    if (!isAsked) sendings += 1;
    const leftMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const post = call.resumes || sendings > 1 ? sendAgain : send;
    const answer = await (isAsked ? ask : post)(channel, call, leftMs, who);
    isAsked = answer.kind !== "absent";
    switch (answer.kind) {
      case "done":
        return answer.item;
      case "failed":
        throw answer.error;
      case "under way":
        call.onProgress(answer.share);
        await rest(pollMs);
        pollMs = Math.min(LONGEST_POLL_MS, pollMs * POLL_GROWTH);
        break;
      case "absent":
        requireMemory(call.ageMs + performance.now() - began, call, who);
        if (sendings >= MOST_SENDINGS) throw forgotten(who);
        break;
      case "broken":
        await rest(Math.max(pauses(), answer.afterMs));
    }
  }
}

/** What certainly was not taken is the caller's to try again, under another UUID. */
async function send(
  channel: Channel,
  { task, signal }: PeerCall,
  leftMs: number,
  who: string,
): Promise<Answer> {
  try {
    const frame = await channel.exchange(task, { signal, answerMs: Math.min(ACKNOWLEDGE_MS, leftMs) });
    return readAnswer(frame, who);
  } catch (error) {
    if (error instanceof MaskloomError && error.code === "CALL_OPEN") return broken(error);
    throw error;
  }
}

/**
 * A peer that cannot be reached for another sending, or has no room for it, says nothing about the one before: that may still
 * arrive, from a worker that has died since, and under another UUID it would be paid for twice.
 */
async function sendAgain(...given: Parameters<typeof send>): Promise<Answer> {
  const open = (error: MaskloomError): MaskloomError =>
    error.code === "PROVIDER_UNAVAILABLE"
      ? sentBefore(error, "it was sent before, and may still arrive")
      : error;
  try {
    const answer = await send(...given);
    return answer.kind === "failed" ? { kind: "failed", error: open(answer.error) } : answer;
  } catch (error) {
    throw error instanceof MaskloomError ? open(error) : error;
  }
}

/** From the moment that it may have been sent, only the peer's own words about it end it. */
async function ask(
  channel: Channel,
  { task, signal }: PeerCall,
  leftMs: number,
  who: string,
): Promise<Answer> {
  const question = { taskType: "getResponse", taskUUID: task.taskUUID };
  try {
    const frame = await channel.exchange(question, { signal, answerMs: Math.min(ANSWER_MS, leftMs) });
    const [error] = frame.errors;
    if (error !== undefined && isAbsence(error)) return { kind: "absent" };
    const answer = readAnswer(frame, who);
    if (answer.kind !== "failed" || error === undefined) return answer;
    if (isRefusedQuestion(error)) return { kind: "failed", error: unasked(answer.error) };
    return isOfAsking(error) ? broken(answer.error) : answer;
  } catch (error) {
    if (!(error instanceof MaskloomError) || signal.aborted) throw error;
    if (BROKEN.has(error.code)) return broken(error);
    throw error.code === "PROVIDER_REFUSED" ? unasked(error) : error;
  }
}

const broken = ({ retryAfterSeconds = 0 }: MaskloomError): Answer => ({
  kind: "broken",
  afterMs: retryAfterSeconds * 1000,
});

/** A key that is refused while a result is waited for says nothing about the result, but no asking will help for now. */
const unasked = (refusal: MaskloomError): MaskloomError =>
  sentBefore(refusal, "the request was sent, and may be under way still");

function sentBefore(cause: MaskloomError, fact: string): MaskloomError {
  const { message, retryAfterSeconds } = cause;
  const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new MaskloomError("CALL_OPEN", `${message}; ${fact}`, { cause, ...later });
}

const BROKEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "CALL_OPEN",
  "PROVIDER_UNAVAILABLE",
  "PROVIDER_FAILED",
]);

/** An error of the question, not of the task that it is about: those of tasks carry a status. */
function isOfAsking({ code, ...error }: PeerError): boolean {
  if (error["status"] === "error") return false;
  return /RateLimit|Unavailable$|^(internalServerError|standardError)$/i.test(code);
}

/** Who asks, or how, is not taken; the task that is asked for may be done all the same. */
function isRefusedQuestion({ code, ...error }: PeerError): boolean {
  if (error["status"] === "error") return false;
  return isOfKey(code) || /^(invalid|missing|unsupported|unknown)Task(Type|UUID)$/.test(code);
}

function readAnswer({ items, errors }: PeerFrame, who: string): Answer {
  const done = items.find(isResult);
  if (done !== undefined) return { kind: "done", item: done };
  const [error] = errors;
  if (error !== undefined && !isConflict(error)) {
    const failure = failureOfPeer(error, who);
    const { code, message } = failure;
    return { kind: "failed", error: isLostPicture(error) ? new LostPictures(code, message) : failure };
  }
  return { kind: "under way", share: Math.max(0, ...items.map(({ progress = 0 }) => progress / 100)) };
}

/** Milliseconds, growing, spread by chance. */
function pausesBetween(): () => number {
  let next = new ExponentialBackoff({ initialDelay: 250, maxDelay: 5_000 }).next();
  return () => {
    const { duration } = next;
    next = next.next(undefined);
    return duration;
  };
}

/** An acknowledgement has nothing of a picture in it. */
function isResult(item: PeerItem): boolean {
  return (
    item.status !== "processing" &&
    Object.keys(item).some((name) => /(UUID|URL|Data|URI)$/.test(name) && /image/i.test(name))
  );
}

const tooLate = (who: string, timeoutMs: number): MaskloomError =>
  new MaskloomError("CALL_OPEN", `${who}: no result within ${timeoutMs / 1000} s; it may be under way still`);

/** What a peer forgot by itself is no proof that it never had it. */
function requireMemory(ageMs: number, { remembersMs }: PeerCall, who: string): void {
  if (ageMs <= remembersMs) return;
  throw new MaskloomError(
    "CALL_UNCERTAIN",
    `${who} knows nothing of a request that was sent ${Math.round(ageMs / 60_000)} min ago; it may have been billed, since ` +
      `results are kept for ${Math.round(remembersMs / 60_000)} min (remembers): look at its bill, then decide`,
  );
}

const forgotten = (who: string): MaskloomError =>
  new MaskloomError(
    "CALL_UNCERTAIN",
    `${who} takes the request and then knows nothing of it, ${MOST_SENDINGS} times: whether it is billed is not known`,
  );
