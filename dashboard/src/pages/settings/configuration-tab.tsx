import { useQuery } from "@tanstack/react-query";
import type { Settings, SettingView } from "../../../../src/contracts/settings.ts";
import { settingsQuery } from "../../api/settings.ts";
import { Badge } from "../../components/badge.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Figure, Figures } from "../../components/figures.tsx";
import { Panel } from "../../components/panel.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { formatBytes } from "../models/format-bytes.ts";
import { ChangeSetting } from "./change-setting.tsx";
import { formatSetting } from "./format-setting.ts";
import { groupSettings } from "./setting-groups.ts";
import styles from "./settings.module.css";

/** What the server was started with, and what of it can be changed while it runs. */
export function ConfigurationTab() {
  const { data, error, refetch } = useQuery(settingsQuery);
  if (error !== null && data === undefined) {
    return (
      <ErrorState error={error} title="The settings could not be loaded" onRetry={() => void refetch()} />
    );
  }
  if (data === undefined) return <SkeletonRows rows={8} height="3.25rem" label="Loading the settings" />;
  return (
    <div className={styles["groups"]}>
      <p className={styles["quiet"]}>
        As this server (version {data.version}) read it when it started. Most of it is changed in the
        environment or the configuration file, and holds from the next start; how long and how much is kept
        can be changed here. Secrets are never shown.
      </p>
      <Kept kept={data.kept} />
      {groupSettings(data.settings).map(({ title, settings }) => (
        <Panel key={title} title={title}>
          <dl className={styles["settings"]}>
            {settings.map((setting) => (
              <SettingRow key={setting.name} setting={setting} />
            ))}
          </dl>
        </Panel>
      ))}
    </div>
  );
}

function Kept({ kept: { files, bytes, runs, oldestRunAt } }: Pick<Settings, "kept">) {
  return (
    <section className={styles["kept"]} aria-label="What is kept">
      <Figures>
        <Figure name="Pictures kept" value={files.toLocaleString("en-US")}>
          equal ones once
        </Figure>
        <Figure name="They take" value={formatBytes(bytes)} />
        <Figure name="Runs known" value={runs.toLocaleString("en-US")} />
        <Figure name="The oldest" value={oldestRunAt === null ? "–" : <RelativeTime at={oldestRunAt} />} />
      </Figures>
    </section>
  );
}

const SOURCES: Readonly<Record<SettingView["source"], string>> = {
  environment: "environment",
  file: "file",
  stored: "changed here",
  default: "default",
};

const TITLES: Readonly<Record<SettingView["change"], string>> = {
  here: "It can be changed here",
  fixed: "What is said there comes before anything that could be set here: take it out there first",
  elsewhere: "Where it was said; it holds from the next start",
};

function SettingRow({ setting }: { readonly setting: SettingView }) {
  const { name, place, about, source, change } = setting;
  return (
    <div data-setting={name}>
      <dt>
        <span>{about === "" ? name : about}</span>
        <code title={`In the configuration file: ${place}`}>{name}</code>
      </dt>
      <dd>
        <Value setting={setting} />
        <span className={styles["source"]}>
          {change === "fixed" && <span className={styles["quiet"]}>fixed by the</span>}
          <Badge tone={source === "default" ? "neutral" : "active"} title={TITLES[change]}>
            {SOURCES[source]}
          </Badge>
          <ChangeSetting setting={setting} />
        </span>
      </dd>
    </div>
  );
}

function Value({ setting }: { readonly setting: SettingView }) {
  const { isSecret, isSet } = setting;
  if (!isSet) return <span className={styles["quiet"]}>not set</span>;
  if (isSecret) return <span>set, not shown</span>;
  return <code className={styles["value"]}>{formatSetting(setting)}</code>;
}
