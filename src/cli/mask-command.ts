import type { Command } from "commander";
import { MaskOptions, ShapeName } from "../contracts/tasks.ts";
import { integerBetween, oneOf } from "./argument-types.ts";
import { addDetectionOptions } from "./detection-options.ts";

const DEFAULTS = MaskOptions.parse({});

export function addMaskCommand(program: Command): void {
  addDetectionOptions(
    program
      .command("mask")
      .summary("find faces, hands or people and write masks of them")
      .description(
        "Finds faces, hands or people and writes a mask for each image: 8-bit grey PNG of the image's size, white = repaint. " +
          "Where nothing is found the mask is black, with --invert too. Needs no database and starts nothing, but for --provider.",
      )
      .argument("<image...>", "files, folders or globs (PNG, JPEG, WEBP)"),
  )
    .option("-o, --output <file>", "the mask of one image")
    .option("--out <dir>", "masks of any number of images, under their relative names with .png")
    .option(
      "--padding <px>",
      "grow every shape by this; negative shrinks",
      integerBetween(-128, 128),
      DEFAULTS.maskPadding,
    )
    .option(
      "--blur <px>",
      "width of the fade outside the padded shape",
      integerBetween(0, 512),
      DEFAULTS.maskBlur,
    )
    .option(
      "--shape <name>",
      `${ShapeName.options.join(" | ")} (default: the model's own)`,
      oneOf(...ShapeName.options),
    )
    .option("--invert", "white = everything but the finds")
    .addHelpText(
      "after",
      `
Inputs that differ only in their extension keep it: a.jpg and a.png become a.jpg.png and a.png.png.

Examples:
  maskloom mask portrait.jpg -o mask.png --padding 12 --blur 8
  maskloom mask photos/ --out masks/ --shape ellipse`,
    )
    .action(async (images, options) => (await import("./mask.ts")).mask(images, options));
}
