/** Colours and sizes of the page. What Mantine draws too faintly for WCAG AA is set here, once. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const harbour: MantineColorsTuple = [
  "#e6f7f7",
  "#cfeceb",
  "#a0d8d6",
  "#6dc3c0",
  "#46b2ae",
  "#2ea8a4",
  "#1d9691",
  "#12807c",
  "#0b6e75",
  "#084f54",
];

export const theme = createTheme({
  primaryColor: "harbour",
  primaryShade: 8,
  colors: { harbour },
  autoContrast: true,
  cursorType: "pointer",
  defaultRadius: "sm",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  respectReducedMotion: true,
});

const BRIGHT = ["yellow", "orange", "lime"];
const DEEP = "#713f00";
const FAINT = ["light-color", "outline", "text"];

/** Words on a light ground in the darkest shade, on a dark ground in a light one: at least 4.5 to 1. */
export const legible: CSSVariablesResolver = ({ colors }) => {
  const words = (shade: number) =>
    Object.fromEntries(
      Object.keys(colors).flatMap((name) =>
        FAINT.map((use) => [`--mantine-color-${name}-${use}`, `var(--mantine-color-${name}-${shade})`]),
      ),
    );
  // The darkest shades of the bright colours are still too bright for words on a light ground.
  const deep = Object.fromEntries(
    BRIGHT.flatMap((name) => FAINT.map((use) => [`--mantine-color-${name}-${use}`, DEEP])),
  );
  return {
    variables: {},
    light: {
      ...words(9),
      ...deep,
      "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
      "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
      "--mantine-color-error": "var(--mantine-color-red-9)",
      // Even their darkest shades are too faint on their own light ground.
      "--mantine-color-yellow-light-color": "#5f4a00",
      "--mantine-color-orange-light-color": "#7a3e00",
      "--mantine-color-teal-light-color": "#0f5132",
      "--mantine-color-anchor": "var(--mantine-color-harbour-8)",
    },
    dark: {
      ...words(3),
      "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
      "--mantine-color-placeholder": "var(--mantine-color-dark-1)",
      "--mantine-color-error": "var(--mantine-color-red-4)",
      "--mantine-color-anchor": "var(--mantine-color-harbour-3)",
    },
  };
};
