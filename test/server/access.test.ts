import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIVE_KEY_PREFIX } from "../../src/contracts/api.ts";
import { type AccessSettings, createAccessPolicy, isLoopback } from "../../src/server/access.ts";

const policy = (settings: Partial<AccessSettings> = {}) =>
  createAccessPolicy({
    host: "127.0.0.1",
    apiKey: undefined,
    publicUrl: undefined,
    allowedHosts: [],
    allowedOrigins: [],
    ...settings,
  });

describe("access", () => {
  it.each(["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]", "localhost:80"])(
    "takes %s for loopback",
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    "0.0.0.0",
    "::",
    "192.168.0.1",
    "127.0.0.1.example",
    "example.com",
    "127.evil.example",
    "1270.0.0.1",
  ])("does not take %s for loopback", (host) => {
    expect(isLoopback(host)).toBe(false);
  });

  it("lets no Host through on loopback but the names of this machine", () => {
    const { checkSource } = policy();
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string()), (host) => {
        fc.pre(!isLoopback(host));
        expect(() => checkSource({ host })).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
      }),
    );
  });

  it("lets no Origin through but its own and the listed ones", () => {
    const { checkSource } = policy({ allowedOrigins: ["https://app.example/"] });
    const check = (origin: string) => () => checkSource({ host: "localhost:8787", origin });
    for (const origin of ["http://localhost:8787", "https://app.example"])
      expect(check(origin)).not.toThrow();
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.constantFrom("null", "http://localhost", "file://")), (origin) => {
        expect(check(origin)).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
      }),
      { numRuns: 50 },
    );
  });

  it("takes the key from the header or the subprotocol, and no other text", () => {
    const key = "a-key-of-some-length";
    const { authenticate } = policy({ apiKey: key });
    const carrier = LIVE_KEY_PREFIX + Buffer.from(key).toString("base64url");
    expect(() => authenticate({ authorization: `bearer  ${key} ` })).not.toThrow();
    expect(() => authenticate({ "sec-websocket-protocol": `other, ${carrier}` })).not.toThrow();
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text !== key);
        for (const headers of [{ authorization: text }, { authorization: `Bearer ${text}` }]) {
          fc.pre(text.trim() !== key);
          expect(() => authenticate(headers)).toThrow(expect.objectContaining({ code: "UNAUTHORIZED" }));
        }
      }),
    );
  });

  it("asks for no key where none is configured, nor for what is public", () => {
    expect(() => policy().authenticate({})).not.toThrow();
    expect(() => policy({ apiKey: "a-key-of-some-length" }).authenticate(null)).not.toThrow();
  });
});
