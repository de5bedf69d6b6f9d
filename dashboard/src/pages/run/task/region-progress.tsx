import { useQuery } from "@tanstack/react-query";
import { useShownImage } from "../../../components/picture/use-picture.ts";
import { type RegionState, taskProgressQuery } from "../../../live/task-progress.ts";
import styles from "./region-progress.module.css";

/** How far a provider elsewhere is with each region that it is at, and what that looks like where it shows it. */
export function RegionProgress({ taskUUID }: { readonly taskUUID: string }) {
  const { data: regions } = useQuery(taskProgressQuery(taskUUID));
  if (regions === undefined || regions.size === 0) return <>not told yet</>;
  return (
    <ul className={styles["regions"]}>
      {[...regions].map(([region, state]) => (
        <RegionRow key={region} name={`Region ${region + 1}`} state={state} />
      ))}
    </ul>
  );
}

function RegionRow({ name, state }: { readonly name: string; readonly state: RegionState }) {
  const { share, sampling, preview } = state;
  return (
    <li>
      <span>{name}</span>
      <progress aria-label={name} value={share} max={1} />
      <span>
        {Math.round(share * 100)} %{sampling !== null && `, step ${sampling.step} of ${sampling.steps}`}
      </span>
      {preview !== null && <Preview src={preview} alt={`${name} as it is painted`} />}
    </li>
  );
}

/** Each is replaced by the next within seconds; one that is gone already leaves its place empty. */
function Preview({ src, alt }: { readonly src: string; readonly alt: string }) {
  const { state, onLoad, onError } = useShownImage(src);
  return (
    <span className={styles["preview"]}>
      {state !== "broken" && <img src={src} alt={alt} onLoad={onLoad} onError={onError} />}
    </span>
  );
}
