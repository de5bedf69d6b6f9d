import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { OpenCircuit } from "../../contracts/provider.ts";
import { type ErrorCode, MaskloomError } from "../../errors.ts";

/** Providers that fail again and again are given a rest, in which nobody waits for them. */
export interface Breakers {
  /** @throws PROVIDER_UNAVAILABLE during a rest; what `work` throws */
  within<T>(settings: Rested, work: () => Promise<T>): Promise<T>;
  /** Those that are given a rest now, or whose rest has not been ended by a call that went well. */
  open(): readonly OpenCircuit[];
}

type Rested = Pick<ProviderSettings, "id" | "breaker">;

/** Failures of the provider as such, not of what was asked for. */
const UNWELL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "PROVIDER_UNAVAILABLE",
  "PROVIDER_FAILED",
  "CALL_OPEN",
  "TIMED_OUT",
]);

/** @param onChange a rest has begun, begun anew, or ended */
export function createBreakers(onChange: () => void = () => undefined): Breakers {
  const breakers = new Map<string, CircuitBreakerPolicy>();
  const resting = new Map<string, OpenCircuit>();
  const rest = (provider: string, restMs: number) => {
    const now = Date.now();
    const since = resting.get(provider)?.since ?? new Date(now).toISOString();
    const nextTryAt = new Date(now + restMs).toISOString();
    resting.set(provider, { provider, since, nextTryAt });
    onChange();
  };
  const wake = (provider: string) => {
    if (resting.delete(provider)) onChange();
  };
  const breakerOf = ({ id: provider, breaker: { failures, restMs } }: Rested): CircuitBreakerPolicy => {
    const known = breakers.get(provider);
    if (known !== undefined) return known;
    const isUnwell = (error: Error) => error instanceof MaskloomError && UNWELL.has(error.code);
    const breaker = circuitBreaker(handleWhen(isUnwell), {
      halfOpenAfter: restMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    breaker.onBreak(() => rest(provider, restMs));
    breaker.onReset(() => wake(provider));
    breakers.set(provider, breaker);
    return breaker;
  };
  return {
    open: () => [...resting.values()],
    async within(settings, work) {
      try {
        return await breakerOf(settings).execute(work);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const { id, breaker } = settings;
        const leftMs = Date.parse(resting.get(id)?.nextTryAt ?? "") - Date.now();
        /* Where the rest is over, one call is on its way to see. */
        const retryAfterSeconds = leftMs > 0 ? Math.ceil(leftMs / 1000) : 1;
        throw new MaskloomError(
          "PROVIDER_UNAVAILABLE",
          `provider ${id}: it failed ${breaker.failures} times in a row and is given a rest of ${breaker.restMs / 1000} s`,
          { cause: error, retryAfterSeconds },
        );
      }
    },
  };
}
