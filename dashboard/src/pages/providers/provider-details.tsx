import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import { Disclosure } from "../../components/disclosure.tsx";
import { Fact } from "../../components/fact.tsx";
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
  const { tasks, takes, key, prices, timeoutSeconds, retries, remembersSeconds, paid, api, spillSeconds } =
    provider;
  const models = [...new Set([...provider.models, ...(provider.health.test?.models ?? [])])];
  return (
    <Disclosure title="Models, prices and limits">
      <dl className={styles["details"]}>
        <Fact name="It can">
          {[...tasks.map((task) => TASKS[task]), ...takes.map((one) => TAKES[one])].join("; ")}
        </Fact>
        <Fact name={`Models (${models.length})`}>
          {models.length === 0
            ? "It has told of none; a workflow names them"
            : models.map((model) => <code key={model}>{model}</code>)}
        </Fact>
        {paid && (
          <Fact name="Prices">
            {Object.entries(prices).map(([model, price]) => (
              <span key={model}>
                {model === "*" ? "any other" : <code>{model}</code>} {formatMoney(price)}
              </span>
            ))}
          </Fact>
        )}
        <Fact name="Tasks of /v1">{apiWords(paid, api)}</Fact>
        <Fact name="Key">{key === null ? "none is configured" : <code>{key.from}</code>}</Fact>
        {spillSeconds !== null && (
          <Fact name="Spilling over">
            {`It takes part in its groups only while tasks would wait longer than ${formatElapsed(spillSeconds * 1000)} for the others`}
          </Fact>
        )}
        <Fact name="Patience">
          {`${formatElapsed(timeoutSeconds * 1000)} for a call, ${retries} retries of what cost nothing`}
          {paid && `; it remembers a call for ${formatElapsed(remembersSeconds * 1000)}`}
        </Fact>
      </dl>
    </Disclosure>
  );
}

/** A client of the API names a model and no provider, so that it may not know that it spends money. */
function apiWords(paid: boolean, api: boolean): string {
  if (!api) return "do not come here";
  const when = "where this machine does not have the model they name";
  return paid ? `may come here, and cost money, ${when}` : `may come here ${when}`;
}
