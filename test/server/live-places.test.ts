import { describe, expect, it } from "vitest";
import { OwnerUUID } from "../../src/contracts/ids.ts";
import { createLivePlaces } from "../../src/server/live-places.ts";

const [LOUD, QUIET] = ["1", "2"].map((digit) =>
  OwnerUUID.parse(`00000000-0000-4000-8000-00000000000${digit}`),
);
if (LOUD === undefined || QUIET === undefined) throw new Error("no owners");

/** Takes places until it is refused. @returns how many, and why no more */
function takeAll(take: () => unknown): { count: number; why: string } {
  for (let count = 0; ; count += 1) {
    try {
      take();
    } catch (error) {
      return { count, why: String(error) };
    }
  }
}

describe("places for those who follow live events", () => {
  it("are all taken by several owners together, and each is there again once it is given back", () => {
    const places = createLivePlaces(3);
    const owners = [LOUD, QUIET, LOUD];
    const given = owners.map((owner) => places.take(owner));
    expect(() => places.take(QUIET)).toThrow(/3 connections are open, as many as MASKLOOM_LIVE_CONNECTIONS/);
    given[1]?.();
    places.take(LOUD);
    expect(() => places.take(QUIET)).toThrow(/3 connections are open/);
  });

  it("are left for others by one owner, however many it asks for", () => {
    const places = createLivePlaces(256);
    const loud = takeAll(() => places.take(LOUD));
    expect(loud).toMatchObject({ count: 224, why: expect.stringContaining("224 connections of yours") });
    const quiet = takeAll(() => places.take(QUIET));
    expect(quiet.count).toBe(28);
  });

  it("count what is given back for whoever had it", () => {
    const places = createLivePlaces(16);
    const held: (() => void)[] = [];
    const take = () => held.push(places.take(LOUD));
    expect(takeAll(take).count).toBe(14);
    for (const give of held.splice(0)) give();
    expect(takeAll(take).count).toBe(14);
  });
});
