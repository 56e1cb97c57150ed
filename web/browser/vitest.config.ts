// The tests in a real browser: one after the other, against real programs.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 170_000,
    hookTimeout: 90_000,
    bail: 1,
  },
});
