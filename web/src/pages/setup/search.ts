// What this screen keeps in its address.

export interface SetupSearch {
  token?: string;
}

export function setupSearch(raw: Record<string, unknown>): SetupSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("token") };
}
