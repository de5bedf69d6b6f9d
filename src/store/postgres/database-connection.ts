import type pg from "pg";

/** How to reach the database; what pg.Pool and pg.Client take. */
export type DatabaseConnection = Readonly<pg.ClientConfig>;
