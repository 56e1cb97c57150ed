// Writes a brotli and a gzip form beside every text of the build, once, so that the server never compresses.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Below this a compressed form saves nothing that a packet would notice. */
const BYTES_MIN = 1024;

export function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(html|js|css|svg)$/.test(entry)) continue;
        const path = join(folder, entry);
        const plain = readFileSync(path);
        if (plain.length < BYTES_MIN) continue;
        const parameters = {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        };
        const forms = {
          br: brotliCompressSync(plain, { params: parameters }),
          gz: gzipSync(plain, { level: 9 }),
        };
        for (const [ending, form] of Object.entries(forms)) {
          if (form.length < plain.length) writeFileSync(`${path}.${ending}`, form);
        }
      }
    },
  };
}
