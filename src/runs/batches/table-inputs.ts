import type { Workflow, WorkflowInput } from "../../contracts/workflow.ts";
import { MaskloomError } from "../../errors.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { BatchTable } from "./batch-table.ts";

type Given = Readonly<Record<string, unknown>>;

/** The workflow as values for all pictures have to fit it: what it needs and a table says of single ones need not be said for all. */
export function withoutTableInputs(
  { name: workflow, inputs }: Workflow,
  table: BatchTable | null,
  given: Given,
): Pick<Workflow, "name" | "inputs"> {
  const said = new Set(table?.rows.flatMap(({ values }) => Object.keys(values)));
  const isLeft = ([name, input]: [string, WorkflowInput]) =>
    name in given || !said.has(name) || ("default" in input && input.default !== undefined);
  return { name: workflow, inputs: Object.fromEntries(Object.entries(inputs).filter(isLeft)) };
}

/** Pictures and masks are looked after where they are taken in. */
const PICTURES: ReadonlySet<WorkflowInput["type"]> = new Set(["image", "mask"]);

/** @throws INPUT_INVALID naming a picture that lacks what others have from the table */
export function requireTableInputs(
  { name: workflow, inputs: declared }: Workflow,
  common: Given,
  items: readonly FeedItem[],
): void {
  for (const [name, { type }] of Object.entries(declared)) {
    if (PICTURES.has(type) || name in common) continue;
    const lacking = items.find(({ inputs = {} }) => !(name in inputs));
    if (lacking === undefined) continue;
    throw new MaskloomError(
      "INPUT_INVALID",
      `table: ${lacking.file} has no ${name}, which workflow ${workflow} needs; give it a row, or ${name} for all in inputs`,
    );
  }
}
