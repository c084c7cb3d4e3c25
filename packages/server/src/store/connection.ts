// How to reach a database: what the supervisor hands out and what a pool is opened with.
export type Connection = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
};
