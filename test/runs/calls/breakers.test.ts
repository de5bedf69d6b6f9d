import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MaskloomError } from "../../../src/errors.ts";
import { createBreakers } from "../../../src/runs/calls/breakers.ts";

const unwell = () => Promise.reject(new MaskloomError("PROVIDER_FAILED", "it broke"));
const refused = () => Promise.reject(new MaskloomError("PROVIDER_REFUSED", "no such field"));
const well = () => Promise.resolve("good");

describe("breakers", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-01T10:00:00Z"), toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  const fail = async (breakers: ReturnType<typeof createBreakers>, times: number, work = unwell) => {
    for (let time = 0; time < times; time++) await breakers.within("forge", work).catch(() => undefined);
  };

  it("tell since when a provider rests and when the next try is, and that it is over", async () => {
    const onChange = vi.fn();
    const breakers = createBreakers(onChange);
    await fail(breakers, 4);
    expect(breakers.open()).toEqual([]);
    await fail(breakers, 1);
    const first = { provider: "forge", since: "2026-03-01T10:00:00.000Z" };
    expect(breakers.open()).toEqual([{ ...first, nextTryAt: "2026-03-01T10:00:10.000Z" }]);
    await expect(breakers.within("forge", well)).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    await expect(breakers.within("another", well)).resolves.toBe("good");

    vi.setSystemTime(Date.parse("2026-03-01T10:00:12Z"));
    await fail(breakers, 1);
    expect(breakers.open()).toEqual([{ ...first, nextTryAt: "2026-03-01T10:00:22.000Z" }]);

    vi.setSystemTime(Date.parse("2026-03-01T10:00:30Z"));
    await expect(breakers.within("forge", well)).resolves.toBe("good");
    expect(breakers.open()).toEqual([]);
    expect(onChange).toHaveBeenCalledTimes(3);
  });

  it("do not rest for what was asked wrongly", async () => {
    const breakers = createBreakers();
    await fail(breakers, 20, refused);
    expect(breakers.open()).toEqual([]);
  });
});
