const DEADLOCK_DETECTED = "40P01";
const SERIALIZATION_FAILURE = "40001";
const TRIES = 5;

/**
 * PostgreSQL ends one of two transactions that wait for each other; the one ended is simply made again. So is one whose statement was
 * prepared before a newer version changed a table: `prepared.ts` prepares it anew.
 */
export async function retryOnDeadlock<T>(transact: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact();
    } catch (error) {
      if (attempt === TRIES || !(isDeadlock(error) || isStalePlan(error))) throw error;
    }
  }
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === DEADLOCK_DETECTED || error.code === SERIALIZATION_FAILURE;
}

/** "cached plan must not change result type"; its code has others, too, and its words depend on the server's language. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof Error && "routine" in error && error.routine === "RevalidateCachedQuery";
}
