import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { sessionQuery } from "../../api/session.ts";
import { useRole } from "../../api/use-role.ts";
import { Page } from "../../components/page.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { AppearanceTab } from "./appearance-tab.tsx";
import { AuditTab } from "./audit/audit-tab.tsx";
import { ConfigurationTab } from "./configuration-tab.tsx";
import { KeysTab } from "./keys/keys-tab.tsx";
import { OwnersTab } from "./owners/owners-tab.tsx";
import { RoleBadge } from "./role-badge.tsx";
import styles from "./settings.module.css";
import type { SettingsTab } from "./settings-search.ts";

interface Tab {
  readonly id: SettingsTab;
  readonly title: string;
  readonly content: React.ReactNode;
  readonly isForAdmins: boolean;
}

const TABS: readonly Tab[] = [
  { id: "keys", title: "Keys", content: <KeysTab />, isForAdmins: true },
  { id: "owners", title: "Owners", content: <OwnersTab />, isForAdmins: true },
  { id: "configuration", title: "Configuration", content: <ConfigurationTab />, isForAdmins: true },
  { id: "audit", title: "Audit", content: <AuditTab />, isForAdmins: false },
  { id: "appearance", title: "Appearance", content: <AppearanceTab />, isForAdmins: false },
];

/** Who may use this installation, what it is set to, what was done with it, and how it looks. */
export function SettingsPage() {
  const { tab } = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate();
  const isAdmin = useRole("admin");
  const isKnown = useQuery(sessionQuery).data !== undefined;
  const tabs = TABS.filter(({ isForAdmins }) => isAdmin || !isForAdmins);
  const chosen = tabs.find(({ id }) => id === tab) ?? tabs[0];
  return (
    <Page title="Settings" aside={<Who />}>
      {isKnown && chosen !== undefined && (
        <Tabs
          label="Settings"
          tabs={tabs}
          chosen={chosen.id}
          onChoose={(id) => void navigate({ to: "/settings", search: { tab: id } })}
        />
      )}
    </Page>
  );
}

/** As whom this page asks: what it shows and lets one do follows from it. */
function Who() {
  const { data } = useQuery(sessionQuery);
  if (data === undefined) return null;
  return (
    <span className={styles["who"]}>
      {data.by === "nothing" ? "This server asks nobody who they are: you are" : "You are"}{" "}
      <RoleBadge role={data.role} /> of {data.owner}
    </span>
  );
}
