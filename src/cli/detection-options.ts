import type { Command } from "commander";
import { DEFAULT_CONFIDENCE, Sort, Tiling } from "../contracts/tasks.ts";
import type { CompiledSelection } from "../image/select-detections.ts";
import { integerBetween, numberBetween, oneOf, takeOf } from "./argument-types.ts";

/** What `detect` and `mask` have in common. */
export interface DetectionOptions {
  readonly model: string;
  /** `local` = this machine. */
  readonly provider: string;
  readonly confidence: number;
  readonly tiling: Tiling;
  readonly take?: NonNullable<CompiledSelection["take"]>;
  readonly sort?: Sort;
  readonly minArea?: number;
  readonly maxArea?: number;
  readonly threads?: number;
}

export function addDetectionOptions(command: Command): Command {
  return command
    .option(
      "-m, --model <id>",
      "detector, by name or AIR; `maskloom models list` shows them",
      "mediapipe_face_full",
    )
    .option(
      "--provider <name>",
      "where it looks: one that is configured (it may cost money), through this installation's database",
      "local",
    )
    .option(
      "-c, --confidence <n>",
      "keep what scores above this, 0 to 1",
      numberBetween(0, 1),
      DEFAULT_CONFIDENCE,
    )
    .option("--take <n>", "after sorting, the first n, or which ones, counted from 1: 1,3", takeOf)
    .option("--sort <order>", `${Sort.options.join(" | ")} (default: confidence)`, oneOf(...Sort.options))
    .option(
      "--min-area <share>",
      "smallest share of the picture a box may cover, 0 to 1",
      numberBetween(0, 1),
    )
    .option("--max-area <share>", "largest share of the picture a box may cover, 0 to 1", numberBetween(0, 1))
    .option(
      "--tiling <mode>",
      "auto also looks into overlapping tiles of large pictures, for what is small in them",
      oneOf(...Tiling.options),
      "auto",
    )
    .option("--threads <n>", "threads that run the model (default: one per core)", integerBetween(1, 256));
}

export function selectionOf({ take, sort, minArea, maxArea }: DetectionOptions): CompiledSelection {
  return {
    ...(take === undefined ? {} : { take }),
    ...(sort === undefined ? {} : { sort }),
    ...(minArea === undefined ? {} : { minArea }),
    ...(maxArea === undefined ? {} : { maxArea }),
  };
}
