import type { JsonObject } from "../../contracts/json.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { refuseUnavailable } from "../../engine/refuse-unavailable.ts";
import { type MaskloomError, toMaskloomError } from "../../errors.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";
import { hasSidecar, readSidecar } from "./sidecars.ts";

/* What a picture's inputs are, when all is known: its row of the table, then its sidecar, then --set, then defaults. */

type Terms = Pick<RunPlan, "prepared" | "set" | "sidecars" | "files">;

export interface ValuedRun {
  readonly planned: PlannedRun;
  readonly warnings: readonly string[];
}

/** The same with its sidecar read and its inputs complete. What is wrong with either is a problem of this picture alone. */
export async function withSidecar(terms: Terms, planned: PlannedRun): Promise<ValuedRun> {
  if (planned.problem !== null) return { planned, warnings: [] };
  try {
    const sidecar = terms.sidecars
      ? await readSidecar(terms.files, terms.prepared.workflow, planned.file)
      : null;
    const { values = {}, said = {}, warnings = [] } = sidecar ?? {};
    return { planned: { ...planned, inputs: valuesOf(terms, planned, values), said }, warnings };
  } catch (error) {
    return { planned: { ...planned, problem: toMaskloomError(error) }, warnings: [] };
  }
}

function valuesOf(
  { prepared, set }: Terms,
  { own }: Pick<PlannedRun, "own">,
  beside: JsonObject = {},
): JsonObject {
  return checkInputs(prepared.workflow, { ...set, ...beside, ...own });
}

/**
 * Where an input must be given, and is for no picture, the command is wrong, not each of its pictures. Looks no further
 * than to the first one that is complete, or has a sidecar, which may say it.
 * @throws INPUT_INVALID
 */
export async function refuseIncomplete(terms: Terms, runs: AsyncIterable<PlannedRun>): Promise<void> {
  let fault: MaskloomError | null = null;
  for await (const planned of runs) {
    try {
      valuesOf(terms, planned);
      return;
    } catch (error) {
      fault ??= toMaskloomError(error);
    }
    if (terms.sidecars && (await hasSidecar(terms.files, planned.file))) return;
  }
  if (fault !== null) throw fault;
}

/**
 * Where no row of a table chooses a provider, the one that is chosen for all pictures must be here: the command is wrong,
 * not each of its pictures. With sidecars it looks no further than to the first picture that leads to a provider that is here.
 * @throws what `refuseUnavailable` does
 */
export async function refuseProvider(
  terms: Terms & Pick<RunPlan, "inputs" | "named">,
  runs: AsyncIterable<PlannedRun>,
): Promise<void> {
  const { prepared, inputs, named } = terms;
  const faultWith = (values: JsonObject): MaskloomError | null => {
    try {
      refuseUnavailable(prepared, values, { named });
      return null;
    } catch (error) {
      return toMaskloomError(error);
    }
  };
  const fault = faultWith(inputs);
  if (fault === null) return;
  for await (const given of terms.sidecars ? runs : []) {
    const { planned } = await withSidecar(terms, given);
    if (faultWith(planned.inputs) === null) return;
  }
  throw fault;
}
