import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";
import { hideToast, holdToasts, readToasts, subscribeToToasts } from "./toast-store.ts";
import styles from "./toasts.module.css";
import tones from "./tone.module.css";

/** Where toasts appear. It is always there, so that what comes into it is read out. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribeToToasts, readToasts);
  return (
    <div
      className={styles["toasts"]}
      role="status"
      onPointerEnter={() => holdToasts(true)}
      onPointerLeave={() => holdToasts(false)}
      onFocus={() => holdToasts(true)}
      onBlur={() => holdToasts(false)}
    >
      {toasts.map(({ id, tone, text, action }) => (
        <div key={id} className={classNames(styles["toast"], tones[tone])}>
          <p>{text}</p>
          {action !== undefined && (
            <Button
              onClick={() => {
                hideToast(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={X} label="Dismiss" onClick={() => hideToast(id)} />
        </div>
      ))}
    </div>
  );
}
