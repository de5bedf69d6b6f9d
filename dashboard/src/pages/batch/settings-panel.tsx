import { useQuery } from "@tanstack/react-query";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { batchSettingsQuery } from "../../api/batches.ts";
import { Disclosure } from "../../components/disclosure.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { Uuid } from "../../components/uuid.tsx";
import styles from "./batch-page.module.css";

/** What every picture of the batch went through: inputs, models and the workflow's digest. */
export function SettingsPanel({ batch }: { readonly batch: BatchView }) {
  const { data, error } = useQuery(batchSettingsQuery(batch.batchUUID));
  return (
    <Disclosure look="heading" title="Settings used">
      {error !== null && <p role="alert">{error.message}</p>}
      {data === undefined && error === null && <Skeleton width="60%" />}
      {data !== undefined && (
        <div className={styles["used"]}>
          <div>
            <h3>Inputs</h3>
            <dl>
              {Object.entries(data.inputs).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value === null ? "not given" : String(value)}</dd>
                </div>
              ))}
            </dl>
            {data.hasTable && <p>Single pictures have values of their own, from a table.</p>}
          </div>
          <div>
            <h3>Models</h3>
            <dl>
              {data.models
                .filter(({ model }) => model !== null)
                .map(({ step, model, provider, modelDigest }) => (
                  <div key={`${step} ${model}`}>
                    <dt>{step}</dt>
                    <dd title={`digest ${modelDigest}`}>
                      {model} <small>{provider}</small>
                    </dd>
                  </div>
                ))}
            </dl>
          </div>
          <div>
            <h3>Batch</h3>
            <dl>
              <div>
                <dt>Workflow</dt>
                <dd>
                  {data.workflow} <Uuid value={data.workflowDigest} kind="workflow" />
                </dd>
              </div>
              {batch.feed?.folder !== undefined && batch.feed.folder !== null && (
                <div>
                  <dt>Folder</dt>
                  <dd>{batch.feed.folder}</dd>
                </div>
              )}
              {batch.feed !== null && batch.feed.ignored > 0 && (
                <div>
                  <dt>Left out</dt>
                  <dd>
                    {batch.feed.ignored === 1
                      ? "one file that is no picture by extension"
                      : `${batch.feed.ignored} files that are no pictures by extension`}
                  </dd>
                </div>
              )}
              <div>
                <dt>Priority</dt>
                <dd>{batch.priority}</dd>
              </div>
            </dl>
          </div>
        </div>
      )}
    </Disclosure>
  );
}
