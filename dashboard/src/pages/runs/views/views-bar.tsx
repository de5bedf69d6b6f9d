import { Link } from "@tanstack/react-router";
import { BookmarkPlus, Check, Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../../components/icon-button.tsx";
import { useCopy } from "../../../components/use-copy.ts";
import { filterText, isFiltered, type RunsSearch } from "../runs-search.ts";
import { SaveViewDialog } from "./save-view-dialog.tsx";
import { removeView, type SavedView, storeViews, useSavedViews } from "./saved-views.ts";
import styles from "./views-bar.module.css";

/** What everybody asks for. */
const COMMON: readonly SavedView[] = [
  { name: "All", search: {} },
  { name: "Under way", search: { status: "queued,running" } },
  { name: "Held", search: { status: "held,uncertain" } },
  { name: "Failed", search: { status: "partial,failed" } },
  { name: "In review", search: { status: "review" } },
];

/** Lists by name. Each is nothing but an address, so a link of it is the same list elsewhere. */
export function ViewsBar({ search }: { readonly search: RunsSearch }) {
  const saved = useSavedViews();
  const { copied, copy } = useCopy();
  const [isSaving, setSaving] = useState(false);
  const isCurrent = (view: SavedView) => filterText(view.search) === filterText(search);
  const current = saved.find(isCurrent);
  const isKnown = [...COMMON, ...saved].some(isCurrent);
  return (
    <nav className={styles["bar"]} aria-label="Views">
      <ul className={styles["views"]}>
        {[...COMMON, ...saved].map((view) => (
          <li key={view.name}>
            <Link
              to="/runs"
              search={{ ...view.search, ...(search.view === undefined ? {} : { view: search.view }) }}
              className={styles["view"]}
              aria-current={isCurrent(view) ? "page" : undefined}
              data-chosen={isCurrent(view)}
            >
              {view.name}
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles["actions"]}>
        {isFiltered(search) && !isKnown && (
          <IconButton icon={BookmarkPlus} label="Save this view" onClick={() => setSaving(true)} />
        )}
        {current !== undefined && (
          <IconButton
            icon={Trash2}
            label={`Forget the view ${current.name}`}
            onClick={() => storeViews((views) => removeView(views, current.name))}
          />
        )}
        <IconButton
          icon={copied ? Check : Link2}
          label={copied ? "Copied" : "Copy a link to this view"}
          onClick={() => copy(window.location.href)}
        />
      </div>
      {isSaving && <SaveViewDialog search={search} onClose={() => setSaving(false)} />}
    </nav>
  );
}
