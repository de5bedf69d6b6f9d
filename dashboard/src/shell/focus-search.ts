/** Of the box in the header. */
export const SEARCH_ID = "search";

export const focusSearch = () => document.getElementById(SEARCH_ID)?.focus();
