import type { Caller } from "../../src/contracts/caller.ts";
import type { OwnerUUID } from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import type { Gatekeeper } from "../../src/protocol/gatekeeper.ts";
import type { Link } from "../../src/protocol/outbox.ts";

export type Frame = Readonly<Record<string, unknown>> & {
  readonly data?: readonly Readonly<Record<string, unknown>>[];
  readonly errors?: readonly Readonly<Record<string, unknown>>[];
};

/** A connection's other end, which notes what it receives; `isReading: false` takes nothing until it is told to. */
export class RecordingLink implements Link {
  readonly frames: Frame[] = [];
  readonly probes: string[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  isReading = true;
  #offered: { readonly text: string; readonly sent: () => void } | null = null;

  send(text: string, sent: () => void): void {
    if (this.#offered !== null) throw new Error("a text was sent before the one before had left");
    this.#offered = { text, sent };
    if (this.isReading) this.take();
  }

  /** Takes what was handed over last. */
  take(): void {
    const offered = this.#offered;
    this.#offered = null;
    if (offered === null) return;
    this.frames.push(JSON.parse(offered.text));
    offered.sent();
  }

  probe(text: string): void {
    this.probes.push(text);
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }
}

export const OWNER = "00000000-0000-4000-8000-00000000000a" as OwnerUUID;
export const OTHER_OWNER = "00000000-0000-4000-8000-00000000000b" as OwnerUUID;

const caller = (owner: OwnerUUID, role: Caller["role"] = "operator"): Caller => ({
  owner,
  keyId: null,
  role,
  limits: { requestsPerMinute: null, concurrency: null },
});

/** Keys by what they are called; `admit` refuses the model's tasks of whoever has the key `busy`. */
export interface TestGate extends Gatekeeper {
  readonly underWay: () => number;
  readonly revoke: () => void;
}

export function createGate(): TestGate {
  const keys: Readonly<Record<string, Caller>> = {
    good: caller(OWNER),
    other: caller(OTHER_OWNER),
    viewer: caller(OWNER, "viewer"),
    busy: { ...caller(OWNER), limits: { requestsPerMinute: 1, concurrency: null } },
  };
  const watchers = new Set<() => void>();
  let underWay = 0;
  return {
    underWay: () => underWay,
    revoke: () => {
      for (const onRevoked of watchers) onRevoked();
    },
    async authenticate(apiKey) {
      if (apiKey === "flood") throw new MaskloomError("RATE_LIMITED", "too many", { retryAfterSeconds: 9 });
      if (apiKey === "outage") throw new MaskloomError("ENGINE_UNAVAILABLE", "no database");
      return keys[apiKey ?? ""] ?? null;
    },
    async admit({ limits }) {
      if (limits.requestsPerMinute === 1) {
        throw new MaskloomError("RATE_LIMITED", "1 a minute", { retryAfterSeconds: 42 });
      }
      underWay += 1;
      return () => {
        underWay -= 1;
      };
    },
    watch(_caller, onRevoked) {
      watchers.add(onRevoked);
      return () => watchers.delete(onRevoked);
    },
  };
}

/** Until all that needs no input or output has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
