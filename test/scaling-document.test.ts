import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MEASURED } from "../bench/simulation/figures.ts";
import { predictions } from "../bench/simulation/predictions.ts";
import { ALONE, GIVES, TAKES, WHAT_IF } from "../bench/simulation/report.ts";
import { planSize, SEED, SIZES, simulateSize } from "../bench/simulation/sizes.ts";
import { alone, whatIfs } from "../bench/simulation/what-ifs.ts";

/*
 * What docs/scaling.md shows is what the simulation says: who changes either changes the other (npm run bench -- internet).
 * Of sizes of ten million pictures and more only what follows without simulating is compared: they take minutes.
 */

const ROOT = path.join(import.meta.dirname, "..");
const scaling = readFileSync(path.join(ROOT, "docs/scaling.md"), "utf8");
const shown = scaling
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.slice(2, -2).split(" | "));

describe("docs/scaling.md", () => {
  it("shows all sizes, with the cells, calls and bytes that they come to", () => {
    for (const pictures of SIZES) {
      const line = TAKES.line({ ...planSize(pictures), ...UNKNOWN });
      const known = [0, 1, 2, 5, 6, 7];
      expect(shown.map((cells) => known.map((at) => cells[at]))).toContainEqual(known.map((at) => line[at]));
    }
  });

  it.each([100_000, 1_000_000])("shows a day of %d pictures as it is simulated", (pictures) => {
    const outcome = simulateSize(pictures);
    expect(shown).toContainEqual(TAKES.line(outcome));
    expect(shown).toContainEqual(GIVES.line(outcome));
  });

  it("shows a bad afternoon as it is simulated", () => {
    for (const outcome of whatIfs()) expect(shown).toContainEqual(WHAT_IF.line(outcome));
  });

  it("shows how long a batch takes that has a cell to itself", () => {
    for (const outcome of alone()) expect(shown).toContainEqual(ALONE.line(outcome));
  });

  it.each([
    ["PostgreSQL", MEASURED.postgresOnPostgres.value],
    ["Redis", MEASURED.postgresOnRedis.value],
  ])(
    "shows, with queues on %s, the most that a run costs PostgreSQL where workers do one task at a time",
    (queues, ms) => {
      const costs = shown
        .filter(([on, , atOnce]) => on === queues && atOnce === "1")
        .map((cells) => Number(cells[4]?.replace(" ms", "")));
      expect(costs.length).toBeGreaterThan(1);
      expect(Math.max(...costs)).toBe(ms);
    },
  );

  it("tells how near the simulation comes to what was measured", () => {
    const [photos, short, yolo] = predictions(SEED).map(({ predicted }) => predicted);
    expect(scaling).toContain(`it says ${photos?.toFixed(1)} photos a minute`);
    expect(scaling).toContain(`${yolo?.toFixed(1)} detections of a YOLOv8n`);
    expect(scaling).toContain(`and ${short?.toFixed(0)} of \`face_short\``);
  });
});

/** What only simulating tells. */
const UNKNOWN = {
  workers: [0, 0],
  batches: 0,
  database: 0,
  databaseWithoutRedis: 0,
  single: [0, 0],
  ofBatches: [0, 0],
  largeBatch: null,
  simulated: 0,
} as const;
