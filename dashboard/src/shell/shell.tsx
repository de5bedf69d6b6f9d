import { Link, Outlet } from "@tanstack/react-router";
import { BookOpen, Keyboard } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "../components/icon-button.tsx";
import { Toasts } from "../components/toasts.tsx";
import { useLiveUpdates } from "../live/live-updates.ts";
import { ConnectionBanner } from "./connection-banner.tsx";
import { ConnectionLight } from "./connection-light.tsx";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { Mark } from "./mark.tsx";
import { NavigationLinks } from "./navigation-links.tsx";
import { PhoneBar } from "./phone-bar.tsx";
import { SearchBox } from "./search-box.tsx";
import styles from "./shell.module.css";
import { useShortcuts } from "./shortcuts.ts";
import { SignInAgain } from "./sign-in-again.tsx";
import { SignOut } from "./sign-out.tsx";
import { ThemeMenu } from "./theme-menu.tsx";
import { useFocusedPage } from "./use-focused-page.ts";

/** What stays while pages come and go. */
export function Shell() {
  const [showsHelp, setShowsHelp] = useState(false);
  useShortcuts([{ key: "?", run: () => setShowsHelp(true) }]);
  const live = useLiveUpdates();
  useEffect(() => live.start(), [live]);
  const page = useFocusedPage();
  return (
    <>
      <a href="#page" className={styles["skip"]}>
        Skip to the page
      </a>
      <header className={styles["header"]}>
        <Link to="/" className={styles["name"]} aria-label="Maskloom, overview">
          <Mark size={26} />
          <span>Maskloom</span>
        </Link>
        <SearchBox />
        <div className={styles["tools"]}>
          <span className={styles["keyboard"]}>
            <IconButton icon={Keyboard} label="Keys" onClick={() => setShowsHelp(true)} />
          </span>
          <ThemeMenu />
          <SignOut />
        </div>
      </header>
      <div className={styles["body"]}>
        <div className={styles["rail"]}>
          <nav aria-label="Pages">
            <NavigationLinks look="rail" />
          </nav>
          <footer>
            <a className={styles["api"]} href="/docs">
              <BookOpen size={16} aria-hidden />
              API
            </a>
            <ConnectionLight />
          </footer>
        </div>
        <div className={styles["main"]}>
          <ConnectionBanner />
          <main id="page" ref={page} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <PhoneBar />
      <KeyboardHelp isOpen={showsHelp} onClose={() => setShowsHelp(false)} />
      <SignInAgain />
      <Toasts />
    </>
  );
}
