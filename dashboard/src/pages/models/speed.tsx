import { useQuery } from "@tanstack/react-query";
import { modelSpeedQuery } from "../../api/models.ts";
import styles from "./models.module.css";

/** What was measured on the server's machine, if somebody asked for it. */
export function Speed({ id }: { readonly id: string }) {
  const { data, error, isFetching } = useQuery(modelSpeedQuery(id));
  if (isFetching) {
    return (
      <p className={styles["speed"]} role="status">
        Measuring: the whole model, ten times …
      </p>
    );
  }
  if (error !== null) {
    return (
      <p className={styles["failure"]} role="alert">
        It could not be measured: {error.message}
      </p>
    );
  }
  if (data === undefined) return null;
  const { medianMs, imagesPerSecond, width, height, rounds } = data;
  const parts = Object.entries(medianMs).map(([part, ms]) => `${part} ${ms.toFixed(1)} ms`);
  return (
    <p className={styles["speed"]} role="status">
      <strong>{imagesPerSecond.oneThread.toFixed(1)} pictures per second</strong> with one thread,{" "}
      {imagesPerSecond.twoThreads.toFixed(1)} with two; {parts.join(", ")} (medians of {rounds}, {width} ×{" "}
      {height})
    </p>
  );
}
