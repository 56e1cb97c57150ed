// A key that tells a repeated request from a second one.

/** 128 random bits. `crypto.randomUUID` would do, but it is only there over TLS and on localhost. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
