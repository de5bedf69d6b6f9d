import { ArtifactUUID } from "../contracts/ids.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { decodeBase64 } from "./base64.ts";

interface DividedInputs {
  /** Bytes of images and masks by the names of their inputs. */
  readonly pictures: Readonly<Record<string, Uint8Array>>;
  /** All others, UUIDs of stored pictures among them. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Images and masks among the inputs of a request that came as they are.
 * @throws INPUT_INVALID for a text that is neither base64, a `data:` URI with base64, nor a UUID
 */
export function divideInputs(
  { inputs }: Pick<Workflow, "inputs">,
  given: Readonly<Record<string, unknown>>,
): DividedInputs {
  const pictures: Record<string, Uint8Array> = {};
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const type = inputs[name]?.type;
    const isPicture = (type === "image" || type === "mask") && typeof value === "string" && value !== "";
    if (isPicture && !ArtifactUUID.safeParse(value).success) pictures[name] = decodeBase64(value, name);
    else values[name] = value;
  }
  return { pictures, values };
}
