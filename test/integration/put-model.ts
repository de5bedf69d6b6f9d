import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Puts a checkpoint of test/fixtures/pytorch into a home as `models add` would, or in the place of what has the id. */
export async function putModel(home: string, id: string, checkpoint: string): Promise<void> {
  const bytes = await readFile(fileURLToPath(new URL(`../fixtures/pytorch/${checkpoint}`, import.meta.url)));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const folder = path.join(home, "models", "added");
  const manifest = {
    kind: "detector",
    id,
    detects: "face",
    description: "Faces.",
    shape: "box",
    pipeline: { kind: "yolo", source: { added: `${id}.pt`, sha256, bytes: bytes.length } },
    licence: "MIT",
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${id}.pt`), bytes);
  await writeFile(path.join(folder, `${id}.json`), JSON.stringify(manifest));
}

/** The manifest alone, of a model whose weights lie with a publisher. */
export async function announceModel(home: string, id: string, weights: Uint8Array): Promise<void> {
  const sha256 = createHash("sha256").update(weights).digest("hex");
  const source = {
    url: `https://publisher.example/${id}.pt`,
    file: `${id}.pt`,
    sha256,
    bytes: weights.length,
  };
  const manifest = {
    kind: "detector",
    id,
    detects: "face",
    description: "Faces.",
    shape: "box",
    pipeline: { kind: "yolo", source },
    licence: "MIT",
  };
  const folder = path.join(home, "models", "added");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${id}.json`), JSON.stringify(manifest));
}
