import type { ModelView } from "../../../../src/contracts/api.ts";
import { Disclosure } from "../../components/disclosure.tsx";
import { Fact } from "../../components/fact.tsx";
import { Uuid } from "../../components/uuid.tsx";
import { formatBytes } from "./format-bytes.ts";
import styles from "./models.module.css";

const ORIGINS: Readonly<Record<NonNullable<ModelView["origin"]>, string>> = {
  packaged: "comes with Maskloom",
  pulled: "pulled from its publisher on demand",
  added: "added from a file",
};

/** What one wants to know once: other names, shapes, files and what proves them. */
export function ModelDetails({ model }: { readonly model: ModelView }) {
  const { names, shapes, labels, origin, files = [], homepage } = model;
  return (
    <Disclosure title="Details">
      <dl className={styles["details"]}>
        <Fact name="Names">{names.join(", ")}</Fact>
        {shapes !== undefined && <Fact name="Shapes">{shapes.join(", ")}</Fact>}
        {labels !== undefined && <Fact name="Labels">{labels.join(", ")}</Fact>}
        {origin !== undefined && <Fact name="Weights">{ORIGINS[origin]}</Fact>}
        {files.map(({ file, bytes, sha256 }) => (
          <Fact key={sha256 + file} name={file}>
            {formatBytes(bytes)}, SHA-256 <Uuid value={sha256} kind="file" />
          </Fact>
        ))}
        {homepage !== undefined && (
          <Fact name="About">
            <a href={homepage} target="_blank" rel="noreferrer">
              {new URL(homepage).host}
            </a>
          </Fact>
        )}
      </dl>
    </Disclosure>
  );
}
