import type { RemoteCall } from "../../inpainting/inpainter.ts";
import type { CallMaker } from "../../store/calls.ts";
import type { CallPlace } from "./call-places.ts";

/** What an answer came to. */
interface CallAnswer<Result> {
  readonly result: Result;
  /**
   * Keeps it, so that it is never paid for twice; done again where it fails. Whatever it fails at in the end says nothing
   * about the call, which stays open.
   * @returns JSON; from it `restore` makes the result anew
   */
  keep(): Promise<object>;
  /** USD; null where it was not told. */
  readonly cost: number | null;
  readonly providerId: string | null;
}

/** An instance that the order may go to. */
export interface OrderPlace<Result> extends CallPlace {
  perform(call: RemoteCall): Promise<CallAnswer<Result>>;
}

/** One thing that a task asks of a provider. */
export interface CallOrder<Result> {
  readonly maker: CallMaker & { readonly step: string };
  /** The provider as the task names it: an instance, or a group of them. */
  readonly provider: string;
  /** At least one; of several, the one that is done first gets the call. */
  readonly places: readonly OrderPlace<Result>[];
  readonly region: number;
  /** Digest of what is asked for: an earlier attempt's call for the same thing is taken up again. */
  readonly key: string;
  /** What is asked for, without pictures. */
  readonly request: object;
  readonly signal: AbortSignal;
  /** Whether somebody may look on: what it looks like on the way is kept as long as it is under way. */
  readonly isWatched?: boolean;
  /** Null where what was kept is gone. */
  restore(kept: object): Promise<Result | null>;
  /** Told before a call is made again. */
  onRetry?(error: unknown, waitMs: number): void;
  /** Told before it is tried again to keep an answer. */
  onKeepRetry?(error: unknown, waitMs: number): void;
}

export interface CallResult<Result> {
  readonly result: Result;
  readonly callUUID: string;
  /** USD: what was told, else what was reserved. */
  readonly cost: number;
}
