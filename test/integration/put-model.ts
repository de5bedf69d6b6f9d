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
