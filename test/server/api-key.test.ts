import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIVE_KEY_PREFIX } from "../../src/contracts/api.ts";
import { apiKeyOf } from "../../src/server/api-key.ts";
import { hashOfKey, isSameSecret, keyIdOf, newSecret } from "../../src/store/key-secret.ts";

describe("an API key", () => {
  it("comes in the header or, as browsers must send it, in a subprotocol", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{1,80}$/), (key) => {
        const carrier = LIVE_KEY_PREFIX + Buffer.from(key).toString("base64url");
        expect(apiKeyOf({ authorization: `bearer  ${key} ` })).toBe(key);
        expect(apiKeyOf({ "sec-websocket-protocol": `other, ${carrier}` })).toBe(key);
      }),
    );
    for (const authorization of ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b"])
      expect(apiKeyOf({ authorization })).toBeUndefined();
  });

  it("is random, says its id and nothing of the rest, and is known by its hash alone", () => {
    const secrets = Array.from({ length: 200 }, newSecret);
    expect(new Set(secrets.map(({ key }) => key)).size).toBe(200);
    for (const { id, key, hash } of secrets) {
      expect(keyIdOf(key)).toBe(id);
      expect(hash).toEqual(hashOfKey(key));
      expect(key.length - id.length).toBe(33);
    }
  });

  it("has one form: what is cut, lengthened or changed in its alphabet has no id", () => {
    const { id, key } = newSecret();
    for (const text of [
      "",
      id,
      `${key}x`,
      key.slice(1),
      key.slice(0, -1),
      ` ${key}`,
      `${key}\n`,
      key.toUpperCase(),
    ])
      expect(keyIdOf(text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(keyIdOf(text)).toBeNull();
      }),
    );
  });

  it("is compared whole, whatever the lengths", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(isSameSecret(a, b)).toBe(a === b);
      }),
      { numRuns: 50, examples: [["a", "a"]] },
    );
  });
});
