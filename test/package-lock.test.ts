import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/* npm writes into the lock only what the registry had on the day: where a platform's binaries come out later than their
   package, `npm ci` refuses the lock from then on, on every platform. */

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
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

/* Its install step fetches CUDA files from a host that may be out of reach, and fails without them. npm 10 runs the steps that
   the lock tells of; later ones ask package.json. A setting of npm's for it would be unknown to npm, which warns of it. */
it("tells npm nothing of onnxruntime's own install step; after npm install, take its hasInstallScript out again", () => {
  expect(lock.packages["node_modules/onnxruntime-node"]?.hasInstallScript).toBeUndefined();
  const { allowScripts }: { allowScripts: Record<string, boolean> } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(allowScripts["onnxruntime-node"]).toBe(false);
});

it("gives npm no settings, of which it would warn where it knows them no longer", () => {
  expect(existsSync(new URL("../.npmrc", import.meta.url))).toBe(false);
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
