import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { esrganSources } from "../models/esrgan-weights.ts";
import { readWeightFile } from "../src/onnx/weight-file.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";

/*
 * Before `npm pack`: puts the ESRGAN weights that are used, with their licence, into weights/. As dependencies their
 * packages would bring TensorFlow.js (about 290 MB) to everybody who installs Maskloom, as a peer that nothing here
 * uses: an override holds only in the project that is installed from, which is then theirs.
 */

const FOLDER = path.join(PACKAGE_ROOT, "weights");

await rm(FOLDER, { recursive: true, force: true });
for (const source of esrganSources) {
  const file = path.join(FOLDER, source.npm, source.file);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await readWeightFile(source));
}
for (const name of new Set(esrganSources.map((source) => source.npm))) await copyLicence(name);

async function copyLicence(name: string): Promise<void> {
  const folder = path.join(PACKAGE_ROOT, "node_modules", name);
  const licence = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  if (licence === undefined) throw new Error(`${name}: expected a licence file in ${folder}, found none`);
  await cp(path.join(folder, licence), path.join(FOLDER, name, "LICENSE"));
}
