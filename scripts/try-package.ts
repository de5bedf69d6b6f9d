import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { z } from "zod";
import { Report } from "../src/contracts/report.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";

/*
 * What somebody gets who installs the package instead of cloning: packs it, installs the tarball in an empty folder,
 * and runs a workflow there. Overrides and the lock of this repository do not hold for them. Needs the npm registry, and
 * about 700 MB for a moment: npm run package:try
 */

const Packed = z.tuple([z.object({ filename: z.string(), size: z.number(), unpackedSize: z.number() })]);
const INSTALLED = "node_modules/maskloom";

const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-package-"));
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, [...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", MASKLOOM_HOME: path.join(folder, "home") },
  });

try {
  const [packed] = Packed.parse(
    JSON.parse(
      run("npm", ["pack", "--json", "--ignore-scripts=false", "--pack-destination", folder], PACKAGE_ROOT),
    ),
  );
  await writeFile(path.join(folder, "package.json"), '{ "private": true }');
  run("npm", ["install", "--no-audit", "--no-fund", path.join(folder, packed.filename)], folder);
  run("npm", ["ls", "--all"], folder); // ends with an error where a dependency or a peer is missing
  if (existsSync(path.join(folder, "node_modules/@tensorflow")))
    throw new Error("TensorFlow.js was installed");
  const photo = path.join(INSTALLED, "examples/photos/astronaut.jpg");
  run("npx", ["--no-install", "maskloom", "run", "face-detail", photo, "--out", "out"], folder);
  const report = Report.parse(
    JSON.parse(await readFile(path.join(folder, "out/maskloom-report.json"), "utf8")),
  );
  if (report.runs[0]?.status !== "succeeded") throw new Error(JSON.stringify(report.runs));
  const disk = run("du", ["-sm", "node_modules"], folder).split("\t")[0];
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  process.stdout.write(
    `tarball ${mb(packed.size)}, unpacked ${mb(packed.unpackedSize)}; node_modules of who installs it: ${disk} MiB\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
