import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readThirdParty } from "../scripts/read-third-party.ts";
import { isCompatible, listThirdParty, thirdPartyDocument } from "../scripts/third-party.ts";

describe("the packages of others", () => {
  const list = readThirdParty();

  it("all have licences that go together with Apache-2.0", () => {
    expect(list.length).toBeGreaterThan(200);
    expect(list.filter((one) => !isCompatible(one))).toEqual([]);
  });

  it("are in THIRD-PARTY.md as package-lock.json has them (npm run third-party)", () => {
    const document = readFileSync(new URL("../THIRD-PARTY.md", import.meta.url), "utf8");
    expect(document).toBe(thirdPartyDocument(list));
  });

  it("are those that are installed or built into the pages, and no tools", () => {
    const names = new Set(list.map(({ name }) => name));
    expect(["sharp", "bullmq", "react", "react-dom", "scheduler"].filter((name) => !names.has(name))).toEqual(
      [],
    );
    expect(["vitest", "knip", "playwright-core"].filter((name) => names.has(name))).toEqual([]);
  });
});

describe("a licence", () => {
  const of = (licence: string | null, name = "a-package") => ({ name, version: "1.0.0", licence });

  it.each(["MIT", "(MIT OR GPL-3.0-only)", "Apache-2.0 AND MIT", "(Apache-2.0 AND BSD-3-Clause)"])(
    "of %s is compatible",
    (licence) => {
      expect(isCompatible(of(licence))).toBe(true);
    },
  );

  it.each([
    "GPL-3.0-only",
    "MIT AND GPL-3.0-only",
    "AGPL-3.0-only",
    "SEE LICENSE IN EULA",
    "UNLICENSED",
    "",
    null,
  ])("of %s is not", (licence) => {
    expect(isCompatible(of(licence))).toBe(false);
  });

  it("of the LGPL is that of a shared library, and of nothing else", () => {
    expect(isCompatible(of("Apache-2.0 AND LGPL-3.0-or-later", "@img/sharp-win32-x64"))).toBe(true);
    expect(isCompatible(of("LGPL-3.0-or-later"))).toBe(false);
  });

  it("is read from the package where the lock has none", () => {
    const lock = {
      packages: { "": {}, "node_modules/a": { version: "1.0.0" }, "node_modules/b": { dev: true } },
    };
    expect(listThirdParty(lock, [], (place) => `of ${place}`)).toEqual([
      { name: "a", version: "1.0.0", licence: "of node_modules/a" },
    ]);
  });
});
