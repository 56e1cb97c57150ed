// Colors, type and spacing of the whole interface: blue for action, neutral for the rest, dense and quiet.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const blue: MantineColorsTuple = [
  "#eef4ff",
  "#dbe7ff",
  "#b8cfff",
  "#8fb3ff",
  "#6a99ff",
  "#4a82ff",
  "#1e63ff",
  "#1a57e0",
  "#164abf",
  "#0f3690",
];
const cyan: MantineColorsTuple = [
  "#ecfeff",
  "#cffafe",
  "#a5f3fc",
  "#67e8f9",
  "#22d3ee",
  "#06b6d4",
  "#0891b2",
  "#0e7490",
  "#155e75",
  "#164e63",
];
/** White words on 6 hold 4.5:1. */
const red: MantineColorsTuple = [
  "#fdeceb",
  "#fbd5d2",
  "#f5aaa5",
  "#ee7d75",
  "#e4574d",
  "#da4035",
  "#c8281d",
  "#b4231a",
  "#8f1b14",
  "#6b140f",
];
// The dark theme stands on #0B1220; 6 and 7 are what Mantine paints inputs and the body with.
const dark: MantineColorsTuple = [
  "#dbe4f3",
  "#b6c2d9",
  "#94a3b8",
  "#64748b",
  "#33415c",
  "#263350",
  "#141e33",
  "#0b1220",
  "#080e1a",
  "#050912",
];

export const theme = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 6, dark: 6 },
  colors: { blue, cyan, dark, red },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "16px" },
  defaultRadius: "sm",
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "20px" }, h2: { fontSize: "16px" }, h3: { fontSize: "14px" } },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { size: "sm" },
      // Mantine takes its own white for colored words on dark ground.
      vars: (_: unknown, { variant, color }: { variant?: string; color?: string }) => ({
        root: variant === "subtle" && color === "red" ? { "--button-color": "var(--lm-bad)" } : {},
      }),
    },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm" } },
    // Help stands below its field everywhere, as in the forms of entities.
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
      styles: { description: { fontSize: "12px" } },
    },
    Tooltip: { defaultProps: { openDelay: 250, multiline: true, maw: 360, withArrow: true } },
  },
});

/** Mantine's own quiet and red words are too pale for small type; per theme, because its defaults are as well. */
const words = {
  "--mantine-color-dimmed": "var(--lm-quiet)",
  "--mantine-color-placeholder": "var(--lm-quiet)",
  "--mantine-color-error": "var(--lm-bad)",
};

/** What our own style sheets use: `var(--lm-…)`. Text colors hold 4.5:1 on their ground, numbers 7:1. */
export const variables: CSSVariablesResolver = () => ({
  variables: { "--lm-nav-width": "216px", "--lm-row": "36px" },
  light: {
    "--lm-ground": "#ffffff",
    "--lm-raised": "#f8fafc",
    "--lm-line": "#dde4ee",
    "--lm-line-strong": "#94a3b8",
    "--lm-ink": "#0b1b3a",
    "--lm-quiet": "#51607a",
    "--lm-selected": "#eef4ff",
    "--lm-shade": "rgb(11 27 58 / 14%)",
    "--lm-action": "#1a57e0",
    "--lm-flow": "#0e7490",
    "--lm-good": "#15703a",
    "--lm-warn": "#8a5300",
    "--lm-bad": "#b4231a",
    "--lm-off": "#51607a",
    "--lm-drift": "#6d3fc4",
    "--lm-good-fill": "#1d9150",
    "--lm-warn-fill": "#d17d00",
    "--lm-bad-fill": "#d2352a",
    "--lm-good-ground": "#e7f6ec",
    "--lm-warn-ground": "#fdf2dc",
    "--lm-bad-ground": "#fdeceb",
    "--lm-off-ground": "#eef1f6",
    "--lm-drift-ground": "#f2ecfd",
    ...words,
  },
  dark: {
    "--lm-ground": "#0b1220",
    "--lm-raised": "#111a2c",
    "--lm-line": "#23304a",
    "--lm-line-strong": "#51617d",
    "--lm-ink": "#e6edf8",
    "--lm-quiet": "#9fb0ca",
    "--lm-selected": "#16264a",
    "--lm-shade": "rgb(148 175 220 / 18%)",
    "--lm-action": "#7ea7ff",
    "--lm-flow": "#4fd3e6",
    "--lm-good": "#5fd38d",
    "--lm-warn": "#f2b84b",
    "--lm-bad": "#ff8a80",
    "--lm-off": "#9fb0ca",
    "--lm-drift": "#c3a6ff",
    "--lm-good-fill": "#5fd38d",
    "--lm-warn-fill": "#f2b84b",
    "--lm-bad-fill": "#ff8a80",
    "--lm-good-ground": "#10301f",
    "--lm-warn-ground": "#33260d",
    "--lm-bad-ground": "#3a1716",
    "--lm-off-ground": "#1b2538",
    "--lm-drift-ground": "#271c42",
    ...words,
  },
});
