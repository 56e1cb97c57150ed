// What this screen keeps in its address.

export interface TokensSearch {
  state?: string;
}

export function tokensSearch(raw: Record<string, unknown>): TokensSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("state") };
}
