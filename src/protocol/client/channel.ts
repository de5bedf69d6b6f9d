import { MaskloomError } from "../../errors.ts";
import type { PeerFrame } from "./peer-frame.ts";

/** A way to a peer: one task out, the frame that answers it back. */
export interface Channel {
  /**
   * Sends a task and waits for the first frame that speaks of its taskUUID. Of one taskUUID one exchange at a time.
   * @throws PROVIDER_UNAVAILABLE where it certainly was not sent; PROVIDER_REFUSED for a key that is not taken;
   * CALL_OPEN where it was sent and no answer came; PROVIDER_FAILED for an answer that is none; the signal's reason
   */
  exchange(task: PeerTask, options: ExchangeOptions): Promise<PeerFrame>;
  /** Says hello without asking for anything: whether the peer is there and takes the key. @throws as above */
  greet(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface PeerTask {
  readonly taskType: string;
  readonly taskUUID: string;
  readonly [field: string]: unknown;
}

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  /** For the answer, once the task was sent. */
  readonly answerMs: number;
}

export interface PeerAddress {
  /** Begins every message. */
  readonly who: string;
  readonly url: string;
  readonly key: string | undefined;
}

/** A picture of 2048 x 2048 as PNG in base64 is a quarter of this at most. */
export const MOST_FRAME_BYTES = 96 * 1024 * 1024;

/** An answer that cannot be read was carried out, and would be as large the next time. */
export const tooLarge = (who: string): MaskloomError =>
  new MaskloomError(
    "OUTPUT_INVALID",
    `${who}: expected an answer of at most ${MOST_FRAME_BYTES} bytes, got more`,
  );
