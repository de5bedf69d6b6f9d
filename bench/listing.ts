import { spawn } from "node:child_process";
import { once } from "node:events";
import { link, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { printTable } from "./table.ts";

/** Pictures of the larger folder; the claim is about a million, which takes a minute to make. */
const PICTURES = Number(process.env["BENCH_PICTURES"] ?? 20_000);
const FEW = 1_000;
/** Growth that is noise of the garbage collector, not of the pictures. */
const NOISE_BYTES = 48 * 1024 * 1024;

interface Measured {
  readonly seconds: number;
  /** Resident memory at its highest. */
  readonly peakBytes: number;
}

/** A folder is listed, planned and reported, as `run` does it: its memory for few pictures beside that for many. */
export async function benchListing(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-bench-"));
  try {
    await makePictures(path.join(folder, "few"), FEW);
    await makePictures(path.join(folder, "many"), PICTURES);
    const few = await measure(path.join(folder, "few"), path.join(folder, "few-out"));
    const many = await measure(path.join(folder, "many"), path.join(folder, "many-out"));
    const growth = many.peakBytes - few.peakBytes;
    printTable(`Listing, planning and reporting ${PICTURES.toLocaleString("en")} pictures of one folder`, [
      {
        what: "memory at its highest",
        ours: megabytes(many.peakBytes),
        against: `${megabytes(few.peakBytes)} with ${FEW.toLocaleString("en")}, + noise`,
        verdict: growth < NOISE_BYTES,
      },
      {
        what: "listed, planned and reported",
        ours: `${Math.round(PICTURES / many.seconds).toLocaleString("en")} pictures/s`,
        against: "",
      },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** Links to a few files: most file systems limit how many names one may have. */
async function makePictures(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  let original = "";
  for (let number = 0; number < count; number += 1) {
    const file = path.join(folder, `picture ${number}.jpg`);
    if (number % 30_000 === 0) {
      await writeFile(file, "no picture");
      original = file;
    } else await link(original, file);
  }
}

/** In a process of its own, so that only its memory counts. */
async function measure(folder: string, out: string): Promise<Measured> {
  const worker = fileURLToPath(new URL("listing-process.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--max-old-space-size=192", "--import", "tsx", worker, folder, out],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await once(child, "close");
  return JSON.parse(text) as Measured;
}
