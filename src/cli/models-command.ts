import { type Command, Option } from "commander";
import { integerBetween, valuePair } from "./argument-types.ts";

export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .summary("list, pull, add, remove and check models")
    .description("What this installation can detect and inpaint with, and how to bring more.");
  addListing(models);
  addBringing(models);
  addLooking(models);
}

function addListing(models: Command): void {
  models
    .command("list", { isDefault: true })
    .description("List detectors with state, size and licence, and inpainters.")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./models/list.ts")).listModels(options));
}

function addBringing(models: Command): void {
  models
    .command("pull")
    .description("Fetch the weights of models from their publishers; goes on where an earlier pull stopped.")
    .argument("[model...]", "by id, AIR or slug")
    .option("--all", "every model that can be pulled")
    .addHelpText(
      "after",
      "\nHTTPS_PROXY and NO_PROXY are honoured. MASKLOOM_MODELS_URL names a mirror of the publisher.",
    )
    .action(async (names, options) => (await import("./models/pull.ts")).pullModels(names, options));
  models
    .command("add")
    .description(
      "Make a YOLOv8 or YOLO11 file (.pt or .onnx), or an ONNX inpainter, a model of this installation.",
    )
    .argument("<file>", "weights; copied, the file itself is left alone")
    .option("--id <name>", "what to call it (default: the file's name)")
    .option("--labels <name...>", "names of its classes, in its order (default: those in the file)")
    .option("--inpainter", "it takes a picture and a mask, and repaints (ONNX)")
    .option("--image-range <black,white>", "values that an inpainter takes (default: 0,1)", valuePair)
    .option("--output-range <black,white>", "values that it answers with (default: measured)", valuePair)
    .option("--mask-values <keep,repaint>", "its mask's values (default: 0,1)", valuePair)
    .addOption(
      new Option("--channels <order>", "its order of colours").choices(["rgb", "bgr"]).default("rgb"),
    )
    .option("--licence <text>", "what its author says about its use", "unknown")
    .action(async (file, options) => (await import("./models/add.ts")).addModel(file, options));
  models
    .command("remove")
    .description("Delete models that were pulled or added, with all that was converted from them.")
    .argument("<model...>", "by id, AIR or slug")
    .action(async (names) => (await import("./models/remove.ts")).removeModels(names));
}

function addLooking(models: Command): void {
  models
    .command("verify")
    .description("Read every byte of models again, convert them anew and run them once.")
    .argument("[model...]", "by id, AIR or slug (default: all that are here)")
    .option("--all", "all that are here")
    .option("--json", "as JSON on stdout")
    .action(async (names, options) => (await import("./models/verify.ts")).verifyModels(names, options));
  models
    .command("inspect")
    .description("Say what a model file holds: inputs, outputs, operators, metadata.")
    .argument("<file>", "a .tflite, .onnx or .pt file")
    .option("--json", "as JSON on stdout")
    .action(async (file, options) => (await import("./models/inspect.ts")).inspectFile(file, options));
  models
    .command("bench")
    .description("Measure a model on a picture.")
    .argument("<model>", "by id, AIR or slug")
    .argument("[image]", "default: a photo that comes with Maskloom")
    .option("--rounds <n>", "how many times", integerBetween(1, 10_000), 20)
    .option("--json", "as JSON on stdout")
    .action(async (model, image, options) =>
      (await import("./models/bench.ts")).benchModel(model, image, options),
    );
}
