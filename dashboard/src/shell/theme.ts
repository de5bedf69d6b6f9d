/** `system` follows the machine, also while the page is open. */
export type Theme = "system" | "light" | "dark";

/* public/theme.js reads the same before the first picture is drawn. */
const STORED = "maskloom.theme";

export function readTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

const listeners = new Set<() => void>();

/** Wherever it is shown, it changes together. */
export function subscribeToTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function chooseTheme(theme: Theme): void {
  show(theme);
  try {
    if (theme === "system") localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, theme);
  } catch {
    /* Storage may be forbidden: then it holds until the page is left. */
  }
}

function show(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const tell of listeners) tell();
}

/* Chosen in another tab. */
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === STORED) show(newValue === "light" || newValue === "dark" ? newValue : "system");
});
