import type { Plugin } from "vite";

export function beginAtOnce(): Plugin;
