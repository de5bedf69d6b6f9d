import { z } from "zod";
import type { TaskView } from "../contracts/run.ts";

const Painted = z.object({ seeds: z.array(z.number()) });

/** All seeds that a task painted with, where they are others than its own alone: of candidates, of tries, of a provider's choice. */
export function seedsOf({ seed, output }: Pick<TaskView, "seed" | "output">): readonly number[] | undefined {
  const seeds = Painted.safeParse(output).data?.seeds ?? [];
  return seeds.every((one) => one === seed) ? undefined : seeds;
}
