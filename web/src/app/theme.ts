/** Mantine dressed in our tokens: sizes, radius, colours, and the defaults of its parts. */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const cube: MantineColorsTuple = [
  "#ecedfd",
  "#d6d8fa",
  "#b4b7f5",
  "#8b90ff",
  "#6f74ea",
  "#5b5fe1",
  "#4b4fd9",
  "#4347c4",
  "#3b3fb8",
  "#2f3296",
];

const dark: MantineColorsTuple = [
  "#e9edf3",
  "#aab4c2",
  "#8b96a7",
  "#5b6675",
  "#323a47",
  "#232933",
  "#1a1f27",
  "#151920",
  "#10141a",
  "#0e1116",
];

/** Plain objects, so that the parts themselves stay in the pages that show them. Fields are as high as buttons. */
const field = { defaultProps: { size: "xs" } };

/** What is filled with the accent bears the words that can be read on it, in both themes. */
const paint: VariantColorsResolver = (input) => {
  const made = defaultVariantColorsResolver(input);
  if (input.variant !== "filled" || (input.color && input.color !== "cube")) return made;
  return { ...made, background: "var(--accent)", hover: "var(--accent-hover)", color: "var(--on-accent)" };
};

export const theme = createTheme({
  primaryColor: "cube",
  primaryShade: { light: 6, dark: 3 },
  colors: { cube, dark },
  autoContrast: true,
  variantColorResolver: paint,
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "13px", lg: "15px", xl: "18px" },
  lineHeights: { sm: "1.45", md: "1.45" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "20px", xl: "28px" },
  defaultRadius: 7,
  headings: {
    fontFamily: "var(--font)",
    sizes: { h1: { fontSize: "18px", fontWeight: "650" }, h2: { fontSize: "14px", fontWeight: "650" } },
  },
  components: {
    Button: {
      defaultProps: { size: "compact-md", variant: "default", px: 11 },
      styles: { root: { fontWeight: 550 } },
    },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: field,
    Autocomplete: field,
    PasswordInput: field,
    NumberInput: field,
    Select: field,
    MultiSelect: field,
    TagsInput: field,
    Textarea: field,
    JsonInput: field,
    Tabs: {
      styles: {
        list: { flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" },
        tab: { paddingInline: 10, paddingBlock: 9, flex: "none" },
      },
    },
    Modal: {
      defaultProps: { centered: true, radius: 10, overlayProps: { backgroundOpacity: 0.35 } },
      styles: { title: { fontWeight: 600 } },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, multiline: true, maw: 320 } },
  },
});

const ours = {
  "--mantine-color-body": "var(--panel)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-default": "var(--panel)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-anchor": "var(--accent-ink)",
};

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours });
