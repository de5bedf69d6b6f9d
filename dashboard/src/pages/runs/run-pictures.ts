import type { RunView } from "../../../../src/contracts/run.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a run has to show for itself: its result, or until there is one the picture it was given. */
export function pictureOf({ output, inputs }: RunView): string | null {
  return output ?? firstPicture(inputs);
}

/** Among the inputs a picture is an artifact with its UUID and what its file said; which input it is, the workflow decides. */
function firstPicture(inputs: Readonly<Record<string, unknown>>): string | null {
  return [inputs["image"], ...Object.values(inputs)].map(uuidOf).find((uuid) => uuid !== null) ?? null;
}

function uuidOf(value: unknown): string | null {
  const uuid = typeof value === "object" && value !== null && "uuid" in value ? value.uuid : value;
  return typeof uuid === "string" && UUID.test(uuid) ? uuid : null;
}
