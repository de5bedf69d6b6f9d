/* Apart from the schemas, so that a page can know them without loading those. */

/** What a browser sends with every change that it makes by its cookie; scripts of other sites cannot know it. */
export const CSRF_HEADER = "x-csrf-token";
/** Holds the token, for scripts of this site to read. */
export const CSRF_COOKIE = "maskloom_csrf";
