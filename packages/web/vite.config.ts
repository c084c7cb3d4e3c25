// How the console is built: one chunk per screen, so that the first load stays small.
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ["stead-source", "module", "browser", "development|production"] },
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { port: 4601, proxy: { "/api": "http://127.0.0.1:4600" } },
});
