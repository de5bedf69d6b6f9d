import type { Command } from "commander";
import { addDetectionOptions } from "./detection-options.ts";

export function addDetectCommand(program: Command): void {
  addDetectionOptions(
    program
      .command("detect")
      .summary("find faces, hands or people and say where they are")
      .description(
        "Finds faces, hands or people in images and says where they are. Needs no database and starts nothing, but for --provider.",
      )
      .argument("<image...>", "files, folders or globs (PNG, JPEG, WEBP)"),
  )
    .option("--draw <file>", "draw the finds into a PNG; for several images, into a folder of PNGs")
    .option("--json", "one JSON array on stdout: boxes [x0,y0,x1,y1] in pixels of the upright picture")
    .addHelpText(
      "after",
      `
Examples:
  maskloom detect party.jpg
  maskloom detect photos/ --model mediapipe_face_short --confidence 0.6 --json > faces.json
  maskloom detect group.jpg --sort leftToRight --take 1,3 --draw seen.png`,
    )
    .action(async (images, options) => (await import("./detect.ts")).detect(images, options));
}
