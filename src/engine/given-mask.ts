import { z } from "zod";
import { ArtifactUUID } from "../contracts/ids.ts";
import type { TaskState } from "./run-state.ts";
import { plainImage } from "./scope.ts";

/** What a task tells of a mask: of several that it was given its result has the union. */
const Masked = z.object({ maskImage: ArtifactUUID });

/** The one mask that an imageInference task repainted through; null where it had none, or has not joined them yet. */
export function givenMask({ input, output }: Pick<TaskState, "input" | "output">): ArtifactUUID | null {
  const told = Masked.safeParse(input).data ?? Masked.safeParse(output).data;
  return told?.maskImage ?? null;
}

/**
 * The masks that a list comes to: those of steps that were skipped are left out. Absent where none is there, so that
 * nothing is repainted then, instead of everything.
 * @param value as its expressions were worked out
 */
export function masksOfList(value: readonly unknown[]): unknown {
  const masks = value.map(plainImage).filter((mask) => mask !== null && mask !== undefined);
  const [only] = masks;
  return masks.length > 1 ? masks : only;
}
