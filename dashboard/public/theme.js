/* Before anything is drawn, so that nobody who chose dark sees a white flash. src/shell/theme.ts writes what is read here. */
{
  let choice = null;
  try {
    choice = localStorage.getItem("maskloom.theme");
  } catch {
    /* Storage may be forbidden: then the system decides. */
  }
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
}
