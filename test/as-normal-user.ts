import process from "node:process";

/** Root may read and write everywhere; for a moment this process is somebody else. */
export async function asNormalUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
