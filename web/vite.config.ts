/// <reference types="vitest/config" />
// The build of the web interface: one page, chunks by screen, no source maps in the binary.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstView } from "./checks/first-view.ts";
import { precompress } from "./checks/precompress.ts";

// `npm run dev` talks to a server that runs beside it.
const server = process.env.LINKMESH_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), firstView(), precompress()],
  build: {
    target: "es2022",
    outDir: "dist",
    assetsDir: "assets",
    // Nothing inline: the page's policy allows scripts and fonts from the server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": { target: server, changeOrigin: true } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/app/testing.ts"],
    // Machines that build have little to spare; a test that hangs still ends.
    testTimeout: 30_000,
  },
});
