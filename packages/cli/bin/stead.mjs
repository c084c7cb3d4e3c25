#!/usr/bin/env -S node --conditions=stead-source
// The command `stead`.
import { main } from "../src/main.ts";

process.exitCode = await main(process.argv.slice(2));
