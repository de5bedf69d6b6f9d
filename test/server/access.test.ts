import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccessSettings, createAccessPolicy, isLoopback, isReachable } from "../../src/server/access.ts";

const policy = (settings: Partial<AccessSettings> = {}) =>
  createAccessPolicy({
    host: "127.0.0.1",
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

  it("knows who can reach it by the address it listens on, or by that of a proxy", () => {
    expect(isReachable({ host: "127.0.0.1", publicUrl: undefined })).toBe(false);
    expect(isReachable({ host: "localhost", publicUrl: "http://localhost:8787" })).toBe(false);
    expect(isReachable({ host: "localhost", publicUrl: "http://[::1]:8787" })).toBe(false);
    expect(isReachable({ host: "0.0.0.0", publicUrl: undefined })).toBe(true);
    expect(isReachable({ host: "127.0.0.1", publicUrl: "https://masks.example" })).toBe(true);
  });
});
