import { RerunRun } from "../../contracts/actions.ts";
import { RunUUID } from "../../contracts/ids.ts";
import { MaskloomError, parseAs } from "../../errors.ts";
import { rerunRun } from "../../runs/actions/rerun.ts";
import { printLine } from "../terminal.ts";
import { LOCAL_ACTOR, parseUuid, warnWithoutWorkers } from "./local-actor.ts";
import { withServices } from "./with-services.ts";

interface RerunOptions {
  readonly from?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly edit?: Readonly<Record<string, string>>;
}

/** Prints the UUID of the new run. */
export async function rerun(name: string, { from, set = {}, edit = {} }: RerunOptions): Promise<void> {
  const runUUID = parseUuid(RunUUID, name, "run");
  const wish = parseAs(RerunRun, { from, inputs: set, steps: stepsOf(edit) }, "rerun");
  await withServices(async (services) => {
    printLine(await rerunRun(services, LOCAL_ACTOR, runUUID, wish));
    await warnWithoutWorkers(services.store);
  });
}

/** `detail.strength=0.3` */
function stepsOf(edits: Readonly<Record<string, string>>): Record<string, Record<string, unknown>> {
  const steps: Record<string, Record<string, unknown>> = {};
  for (const [place, text] of Object.entries(edits)) {
    const dot = place.lastIndexOf(".");
    const [step, field] = [place.slice(0, dot), place.slice(dot + 1)];
    if (dot < 1 || field === "") {
      throw new MaskloomError(
        "INPUT_INVALID",
        `--edit ${place}: expected step.field=value, such as detail.strength=0.3`,
      );
    }
    steps[step] = { ...steps[step], [field]: parsedValue(text) };
  }
  return steps;
}

function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
