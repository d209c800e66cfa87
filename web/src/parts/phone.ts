/** Where the page is laid out for a phone. The same border stands in Mantine's breakpoint `sm`. */
export const PHONE = "(max-width: 47.99em)";
