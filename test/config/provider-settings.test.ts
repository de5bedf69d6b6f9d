import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { providersOf, reservedPrice } from "../../src/config/provider-settings.ts";

const KEY = "a-key-that-nobody-may-see";
const one = (entry: object, env: Record<string, string> = {}) => {
  const [settings] = providersOf([{ id: "p", kind: "runware", ...entry }], env);
  if (settings === undefined) throw new Error("there is no provider");
  return settings;
};

describe("the configuration of providers", () => {
  it("has none by itself, and the API where the environment has its key", () => {
    expect(providersOf(undefined, {})).toEqual([]);
    const [runware] = providersOf(undefined, { RUNWARE_API_KEY: KEY });
    expect(runware).toMatchObject({ id: "runware", url: "wss://ws-api.runware.ai/v1", paid: true });
    expect(runware?.key).toBe(KEY);
  });

  it("has the API of the environment beside other peers of its kind", () => {
    const farm = { id: "farm", kind: "runware", url: "ws://gpu:8787/v1" };
    expect(providersOf([farm], { RUNWARE_API_KEY: KEY }).map(({ id }) => id)).toEqual(["farm", "runware"]);
    expect(providersOf([{ id: "mine", kind: "runware" }], { RUNWARE_API_KEY: KEY })).toHaveLength(1);
  });

  it.each([
    [{}, false],
    [{ paid: false }, true],
    [{ api: true }, true],
    [{ paid: false, api: false }, false],
  ])("opens to tasks of the API what costs nothing or says so: %j", (entry, api) => {
    expect(one(entry).api).toBe(api);
  });

  it("sends the API's key to no other address", () => {
    const env = { RUNWARE_API_KEY: KEY, FARM_KEY: "another" };
    expect(one({ url: "ws://gpu:8787/v1" }, env).key).toBeUndefined();
    expect(one({ url: "ws://gpu:8787/v1", keyFrom: "FARM_KEY" }, env).key).toBe("another");
  });

  it("keeps keys from whatever prints, copies or stores it", () => {
    const settings = one({}, { RUNWARE_API_KEY: KEY });
    for (const text of [JSON.stringify(settings), inspect(settings), inspect({ ...settings })])
      expect(text).not.toContain(KEY);
  });

  it("reserves the price of the model, of any other, or more than is usual; nothing where nothing is paid", () => {
    expect(reservedPrice(one({ prices: { m: 0.2, "*": 0.1 } }), "m")).toBe(0.2);
    expect(reservedPrice(one({ prices: { m: 0.2, "*": 0.1 } }), "n")).toBe(0.1);
    expect(reservedPrice(one({}), "n")).toBeGreaterThan(0);
    expect(reservedPrice(one({ kind: "a1111" }), "n")).toBe(0);
  });

  it.each([
    [{ id: "local" }, "another name"],
    [{ id: "Gpu:1" }, "id"],
    [{ kind: "midjourney" }, "kind"],
    [{ url: "ftp://x" }, "url"],
    [{ url: "http://me:secret@host" }, "no user and password"],
    [{ key: KEY }, "key"],
    [{ maxCost: { year: 1 } }, "year"],
    [{ url: "127.0.0.1:8188" }, "provider p: url: expected one that begins with http://"],
    [{ concurency: 3 }, "providers: p: unknown field concurency. Did you mean concurrency?"],
    [{ farbe: 3 }, "unknown field farbe. It may have id, kind, url"],
    [{ kind: "a1111", prices: { "*": 0.01 } }, "provider p: prices: expected `paid: true`"],
    [{ paid: false, maxCost: { day: 5 } }, "provider p: maxCost: expected `paid: true`"],
  ])("refuses %j and says why, without repeating secrets", (entry, reason) => {
    const refuse = () => one(entry);
    expect(refuse).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
    expect(refuse).toThrow(reason);
    expect(refuse).not.toThrow(/secret|a-key-that/);
  });

  it("refuses an id that is there twice", () => {
    const entry = { id: "p", kind: "a1111" };
    expect(() => providersOf([entry, entry], {})).toThrow("p twice");
  });
});
