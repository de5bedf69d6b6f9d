import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import { formatMoney } from "../../components/format-money.ts";
import { formatElapsed } from "../../components/format-time.ts";
import styles from "./providers.module.css";

const TASKS: Readonly<Record<ProviderView["tasks"][number], string>> = {
  imageInference: "repaint regions",
  imageMasking: "find things and make masks",
};
const TAKES: Readonly<Record<ProviderView["takes"][number], string>> = {
  native: "zooms by itself (native)",
  template: "workflows of its own (template)",
};

/** What it can be asked for, its models and prices, and how patiently it is called. */
export function ProviderDetails({ provider }: { readonly provider: ProviderView }) {
  const { tasks, takes, key, prices, timeoutSeconds, retries, remembersSeconds, paid, spillSeconds } =
    provider;
  const models = [...new Set([...provider.models, ...(provider.health.test?.models ?? [])])];
  return (
    <details className={styles["details"]}>
      <summary>
        <ChevronRight size={16} aria-hidden />
        Models, prices and limits
      </summary>
      <dl>
        <Detail name="It can">
          {[...tasks.map((task) => TASKS[task]), ...takes.map((one) => TAKES[one])].join("; ")}
        </Detail>
        <Detail name={`Models (${models.length})`}>
          {models.length === 0
            ? "It has told of none; a workflow names them"
            : models.map((model) => <code key={model}>{model}</code>)}
        </Detail>
        {paid && (
          <Detail name="Prices">
            {Object.entries(prices).map(([model, price]) => (
              <span key={model}>
                {model === "*" ? "any other" : <code>{model}</code>} {formatMoney(price)}
              </span>
            ))}
          </Detail>
        )}
        <Detail name="Key">{key === null ? "none is configured" : <code>{key.from}</code>}</Detail>
        {spillSeconds !== null && (
          <Detail name="Spilling over">
            {`It takes part in its groups only while tasks would wait longer than ${formatElapsed(spillSeconds * 1000)} for the others`}
          </Detail>
        )}
        <Detail name="Patience">
          {`${formatElapsed(timeoutSeconds * 1000)} for a call, ${retries} retries of what cost nothing`}
          {paid && `; it remembers a call for ${formatElapsed(remembersSeconds * 1000)}`}
        </Detail>
      </dl>
    </details>
  );
}

function Detail({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
