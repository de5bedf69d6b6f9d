import { describe, expect, it } from "vitest";
import { providerState } from "../../../../dashboard/src/pages/providers/provider-state.ts";
import type { ProviderHealth, ProviderView } from "../../../../src/contracts/provider-list.ts";

const NOW = Date.parse("2026-03-01T10:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const QUIET: ProviderHealth = { underWay: 0, answeredAt: null, failure: null, circuits: [], test: null };
const error = { code: "PROVIDER_UNAVAILABLE", message: "nobody answers" } as const;
const test = (seconds: number, isGood: boolean): ProviderHealth["test"] => ({
  at: ago(seconds),
  milliseconds: isGood ? 12 : null,
  says: isGood ? "here" : null,
  models: [],
  error: isGood ? null : error,
});
const failure = (seconds: number): ProviderHealth["failure"] => ({
  at: ago(seconds),
  code: error.code,
  error,
  taskUUID: null,
});
const circuit = (nextTry: number): ProviderHealth["circuits"][number] => ({
  worker: "w",
  host: "h",
  since: ago(60),
  nextTryAt: ago(-nextTry),
});

describe("a provider's state", () => {
  const cases: readonly [
    what: string,
    health: Partial<ProviderHealth>,
    key: ProviderView["key"],
    id: string,
  ][] = [
    ["is not known before anybody asked it", {}, null, "unknown"],
    ["is good after a call that was answered", { answeredAt: ago(5) }, null, "good"],
    ["is good after a test that went well", { test: test(5, true) }, null, "good"],
    ["fails where the last call did", { answeredAt: ago(9), failure: failure(5) }, null, "failing"],
    [
      "is good again with a call after the failure",
      { answeredAt: ago(2), failure: failure(5) },
      null,
      "good",
    ],
    [
      "does not answer where the last test says so",
      { answeredAt: ago(9), test: test(3, false) },
      null,
      "silent",
    ],
    ["is good again with a call after that test", { answeredAt: ago(2), test: test(3, false) }, null, "good"],
    [
      "rests while its circuit is open, whatever else",
      { answeredAt: ago(1), circuits: [circuit(4)] },
      null,
      "resting",
    ],
    ["is tried when its rest is over", { circuits: [circuit(-1)] }, null, "trying"],
    ["is tried as soon as one worker may", { circuits: [circuit(4), circuit(-1)] }, null, "trying"],
    [
      "lacks its key before anything else",
      { circuits: [circuit(4)] },
      { from: "KEY", isSet: false },
      "keyless",
    ],
    ["has its key", { answeredAt: ago(1) }, { from: "KEY", isSet: true }, "good"],
  ];
  for (const [what, health, key, id] of cases) {
    it(what, () => {
      expect(providerState({ key, health: { ...QUIET, ...health } }, NOW).id).toBe(id);
    });
  }
});
