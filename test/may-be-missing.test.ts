import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

/** What a test is left out for, with one level of calls within. */
const LEFT_OUT = /\.(?:skipIf|runIf)\(((?:[^()]|\([^()]*\))*)\)/g;
/** Another system is another matter: nobody can install it. */
const OF_THE_SYSTEM = /process\.platform|existsSync\("\/proc\//;

it("whatever tests are left out for fails where the check is whole, but for the system they run on", () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  const found = sources.flatMap((file) =>
    [...readFileSync(path.join(import.meta.dirname, file), "utf8").matchAll(LEFT_OUT)].map(
      ([, reason = ""]) => ({ file, reason }),
    ),
  );
  expect(found.length).toBeGreaterThan(40);
  expect(
    found.filter(({ reason }) => !reason.startsWith("mayBeMissing && ") && !OF_THE_SYSTEM.test(reason)),
  ).toEqual([]);
});
