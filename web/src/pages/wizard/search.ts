// What this screen keeps in its address.

export interface WizardSearch {
  step?: string;
  target?: string;
  collector?: string;
  token?: string;
}

export function wizardSearch(raw: Record<string, unknown>): WizardSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("step"), ...text("target"), ...text("collector"), ...text("token") };
}
