import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/* npm writes into the lock only what the registry had on the day: where a platform's binaries come out later than their
   package, `npm ci` refuses the lock from then on, on every platform. */

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
);
const packages = Object.entries(lock.packages).filter(([place]) => place !== "");

it("locks every package's binaries for every platform, so that npm ci takes the lock everywhere", () => {
  const missing = packages.flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(place, name))
      .map((name) => `${name}, which ${place} wants`),
  );
  expect(missing).toEqual([]);
});

it("pins every package by version and digest, and by no registry's address", () => {
  for (const [place, { version, integrity, resolved }] of packages) {
    expect({ place, pinned: version !== undefined && integrity !== undefined, resolved }).toEqual({
      place,
      pinned: true,
      resolved: undefined,
    });
  }
});

it("gives those who install the package no TensorFlow: overrides hold only here, so whatever asks for it must stay a tool", () => {
  const shipped = packages.filter(([, { dev = false }]) => !dev);
  const asking = shipped.filter(([, { dependencies = {}, peerDependencies = {} }]) =>
    Object.keys({ ...dependencies, ...peerDependencies }).some((name) => name.startsWith("@tensorflow/")),
  );
  expect(shipped.length).toBeGreaterThan(50);
  expect(asking.map(([place]) => place)).toEqual([]);
});

/** Where Node would find it from there: beside the package or in any folder above. */
function isLocked(place: string, name: string): boolean {
  const folders = place
    .split("/node_modules/")
    .map((_, depth, parts) => parts.slice(0, depth + 1).join("/node_modules/"));
  return ["", ...folders].some((folder) => {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    return path in lock.packages;
  });
}
