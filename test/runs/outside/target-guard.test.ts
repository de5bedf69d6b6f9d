import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTargetGuard, readTarget } from "../../../src/runs/outside/target-guard.ts";

describe("the guard of outside targets", () => {
  const guard = createTargetGuard([]);

  it.each(["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])(
    "lets the public address %s through",
    (address) => {
      expect(guard.permitsAddress(address, 443)).toBe(true);
    },
  );

  it.each([
    ["loopback", "127.0.0.1"],
    ["all of loopback", "127.255.255.254"],
    ["this machine", "0.0.0.0"],
    ["a private network", "10.0.0.1"],
    ["a private network", "172.31.255.255"],
    ["a private network", "192.168.1.1"],
    ["a cloud's metadata", "169.254.169.254"],
    ["a cloud's metadata behind a public address", "168.63.129.16"],
    ["a carrier's network", "100.100.100.200"],
    ["documentation", "203.0.113.9"],
    ["multicast", "224.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["loopback", "::1"],
    ["nowhere", "::"],
    ["loopback within IPv6", "::ffff:127.0.0.1"],
    ["loopback within IPv6, in hex", "::ffff:7f00:1"],
    ["loopback in the old form", "::127.0.0.1"],
    ["translation to IPv4", "64:ff9b::7f00:1"],
    ["6to4 of a private address", "2002:0a00:0001::1"],
    ["a unique local address", "fd00::1"],
    ["a link-local address", "fe80::1"],
    ["a link-local address with its zone", "fe80::1%eth0"],
    ["the old site-local addresses", "fec0::1"],
    ["IPv6 documentation", "2001:db8::1"],
    ["no address at all", "example.com"],
    ["nothing", ""],
  ])("refuses %s, %s", (_what, address) => {
    expect(guard.permitsAddress(address, 80)).toBe(false);
  });

  it("refuses every private IPv4 address however it is wrapped into IPv6", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    );
    fc.assert(
      fc.property(inside, (octets) => {
        const dotted = octets.join(".");
        const [a, b, c, d] = octets.map((value) => value.toString(16).padStart(2, "0"));
        const hex = `${a}${b}:${c}${d}`;
        for (const text of [
          dotted,
          `::ffff:${dotted}`,
          `::ffff:${hex}`,
          `64:ff9b::${hex}`,
          `2002:${hex}::1`,
        ]) {
          expect(guard.permitsAddress(text, 80), text).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("lets through what is listed, by name, address or range, on its port only where it has one", () => {
    const listed = createTargetGuard([
      "Media.Internal.",
      "store:9000",
      "10.1.0.0/16",
      "127.0.0.1:9000",
      "[::1]:8",
      "fd00::/8",
    ]);
    expect(listed.permitsName("media.internal", 80)).toBe(true);
    expect(listed.permitsName("MEDIA.INTERNAL.", 443)).toBe(true);
    expect(listed.permitsName("evil.media.internal", 80)).toBe(false);
    expect([listed.permitsName("store", 9000), listed.permitsName("store", 9001)]).toEqual([true, false]);
    expect([listed.permitsAddress("10.1.255.1", 1), listed.permitsAddress("10.2.0.1", 1)]).toEqual([
      true,
      false,
    ]);
    expect([listed.permitsAddress("127.0.0.1", 9000), listed.permitsAddress("127.0.0.1", 80)]).toEqual([
      true,
      false,
    ]);
    expect(listed.permitsAddress("::ffff:127.0.0.1", 9000)).toBe(true);
    expect([listed.permitsAddress("::1", 8), listed.permitsAddress("::1", 9)]).toEqual([true, false]);
    expect(listed.permitsAddress("fd12::1", 443)).toBe(true);
  });

  it.each(["http://host", "a b", "host:99999", "10.0.0.0/99", "", "*.internal"])(
    "says at start that %j is nothing to list",
    (text) => {
      expect(() => readTarget(text)).toThrow(/MASKLOOM_ALLOWED_TARGETS/);
    },
  );
});
