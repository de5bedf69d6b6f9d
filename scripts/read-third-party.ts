import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { Lock, listThirdParty, type ThirdParty } from "./third-party.ts";

const at = (...parts: string[]) => path.join(PACKAGE_ROOT, ...parts);
/** Some old packages still write it as a list. */
const Manifest = z.object({
  license: z.string().optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
});

/** Those of this checkout. */
export function readThirdParty(): ThirdParty[] {
  const lock = Lock.parse(JSON.parse(readFileSync(at("package-lock.json"), "utf8")));
  return listThirdParty(lock, bundledPackages(), (place) => {
    const { license, licenses } = Manifest.parse(JSON.parse(readFileSync(at(place, "package.json"), "utf8")));
    return license ?? licenses?.map(({ type }) => type).join(" OR ") ?? null;
  });
}

/** Packages that the dashboard's sources import. */
function bundledPackages(): string[] {
  const files = readdirSync(at("dashboard", "src"), { recursive: true, encoding: "utf8" });
  const names = files
    .filter((file) => /\.(tsx?|css)$/.test(file))
    .flatMap((file) => [
      ...readFileSync(at("dashboard", "src", file), "utf8").matchAll(
        /(?:from|import|import\()\s*"((?:@[\w-]+\/)?[a-z][\w.-]*)/g,
      ),
    ])
    .map(([, name = ""]) => name);
  return [...new Set(names)];
}
