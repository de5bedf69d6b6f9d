import { z } from "zod";

/* Which packages are part of Maskloom as it is installed and served, and under which licences. */

export const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
type Lock = z.output<typeof Lock>;

export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; null where nobody said. */
  readonly licence: string | null;
}

/** All of these let an Apache-2.0 program contain or use the package, and ask for no more than its notice. */
const COMPATIBLE = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
]);
/** libvips, a shared library of its own that whoever likes may replace: that is what its licence asks for. */
const SHARED_LIBRARIES = { name: /^@img\/sharp-/, licence: "LGPL-3.0-or-later" };

/**
 * @param bundled packages that the built dashboard contains: for npm they are tools of ours, for its readers a part of it
 * @param readLicence what an installed package says, where the lock says nothing
 */
export function listThirdParty(
  { packages }: Lock,
  bundled: readonly string[],
  readLicence: (place: string) => string | null,
): ThirdParty[] {
  const inPages = withDependencies(packages, bundled);
  const found = Object.entries(packages)
    .filter(([place, { dev = false }]) => place !== "" && (!dev || inPages.has(place)))
    .map(([place, { version = "", license }]) => ({
      name: place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      licence: license ?? readLicence(place),
    }));
  const unique = new Map(found.map((one) => [`${one.name} ${one.version}`, one]));
  return [...unique.values()].sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

export function isCompatible({ name, licence }: ThirdParty): boolean {
  if (licence === null) return false;
  return licence.split(/\s+OR\s+/).some((choice) =>
    choice.split(/\s+AND\s+/).every((one) => {
      const id = one.replaceAll(/[()\s]/g, "");
      return COMPATIBLE.has(id) || (id === SHARED_LIBRARIES.licence && SHARED_LIBRARIES.name.test(name));
    }),
  );
}

/** Places in the lock of these packages and all that they need. */
function withDependencies(packages: Lock["packages"], names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = `node_modules/${name}`;
    const locked = packages[place];
    if (locked === undefined || found.has(place)) continue;
    found.add(place);
    waiting.push(...Object.keys(locked.dependencies ?? {}));
  }
  return found;
}

export function thirdPartyDocument(list: readonly ThirdParty[]): string {
  const rows = list.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence ?? "?"} |`);
  return `# Third-party packages

What is installed with Maskloom, and what its dashboard is built of, by package-lock.json. Weights and binaries are in CREDITS.md. Made by
\`npm run third-party\`; a test compares it with the lock and every licence with those that go together with Apache-2.0. libvips
(LGPL-3.0-or-later, in \`@img/sharp-*\`) is a shared library of its own, which you may replace. \`npm run sbom\` prints the same as CycloneDX.

| package | version | licence |
|---|---|---|
${rows.join("\n")}
`;
}
