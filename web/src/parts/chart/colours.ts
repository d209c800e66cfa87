/** The colours of a chart, from the page's theme. */

const CURVES = ["#0b6e75", "#b3541e", "#6741d9", "#2b8a3e", "#a61e4d", "#1864ab", "#5c5f00", "#862e9c"];
const CURVES_DARK = ["#4fd1c5", "#ffa94d", "#b197fc", "#69db7c", "#f783ac", "#74c0fc", "#d8d84a", "#e599f7"];

export interface Colours {
  curves: string[];
  text: string;
  grid: string;
  limit: string;
  danger: string;
  warning: string;
  info: string;
  quiet: string;
  back: string;
}

export function coloursOf(dark: boolean): Colours {
  return dark
    ? {
        curves: CURVES_DARK,
        text: "#c9c9c9",
        grid: "#3b3b3b",
        limit: "#ff8a80",
        danger: "#ff525240",
        warning: "#ffab4033",
        info: "#40c4ff2b",
        quiet: "#9e9e9e2b",
        back: "#242424",
      }
    : {
        curves: CURVES,
        text: "#495057",
        grid: "#e3e6e8",
        limit: "#c01c1c",
        danger: "#e0313126",
        warning: "#f08c0026",
        info: "#1c7ed61f",
        quiet: "#868e961f",
        back: "#ffffff",
      };
}
