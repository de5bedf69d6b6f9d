import type { Command } from "commander";
import { Sort } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import type { CompiledSelection } from "../image/select-detections.ts";
import { integerBetween, numberBetween, oneOf, takeOf } from "./argument-types.ts";

/** What `detect` and `mask` have in common. */
export interface DetectionOptions {
  readonly model: string;
  readonly confidence?: number;
  readonly tiling: "auto" | "off";
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
      "-c, --confidence <n>",
      "keep what scores above this, 0 to 1 (default: the model's own)",
      numberBetween(0, 1),
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
      "auto also looks into overlapping tiles of large pictures",
      oneOf("auto", "off"),
      "off",
    )
    .option("--threads <n>", "threads that run the model (default: one per core)", integerBetween(1, 256));
}

/** @throws FEATURE_NOT_YET for tiling */
export function selectionOf({ take, sort, minArea, maxArea, tiling }: DetectionOptions): CompiledSelection {
  if (tiling !== "off") {
    throw new MaskloomError(
      "FEATURE_NOT_YET",
      `--tiling ${tiling}: not yet executed by this version; use --tiling off`,
    );
  }
  return {
    ...(take === undefined ? {} : { take }),
    ...(sort === undefined ? {} : { sort }),
    ...(minArea === undefined ? {} : { minArea }),
    ...(maxArea === undefined ? {} : { maxArea }),
  };
}
