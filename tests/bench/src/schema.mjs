// The JSON Type Definition (RFC 8927) of the states in `state.mjs`: every form of the language
// but `additionalProperties`, with a definition that refers to itself.
import { PANEL_KINDS } from "./state.mjs";

const text = { type: "string" };
const real = { type: "float64" };
const flag = { type: "boolean" };
const count = { type: "uint32" };
const small = { type: "uint8" };
const instant = { type: "timestamp" };
const list = (elements) => ({ elements });
const oneOf = (...values) => ({ enum: values });
const record = (properties, optionalProperties) =>
  optionalProperties ? { properties, optionalProperties } : { properties };

const condition = {
  discriminator: "test",
  mapping: {
    span: record({ quantity: text, from: real, to: real, keepMissing: flag }),
    oneOf: record({ quantity: text, members: list(text) }),
    matches: record({ phrase: text, exactCase: flag }),
    all: record({ combine: oneOf("and", "or"), parts: list({ ref: "condition" }) }),
  },
};

const options = record({
  sourceRunKeys: list(text),
  quantity: text,
  intervalLength: { ...oneOf("HOURLY", "DAILY", "MONTHLY", "YEARLY"), nullable: true },
  drawing: record({
    style: oneOf("lines", "points", "ribbon"),
    showObserved: flag,
    showLegend: flag,
    strokeWidth: small,
    opacity: real,
    tint: text,
  }),
  summaries: record({ mean: flag, q10: flag, q90: flag, min: flag, max: flag }),
  chosenMembers: list(count),
  conditions: list({ ref: "condition" }),
});

const view = record({
  camera: record({ target: list(real), zoom: real, tilt: real, bearingDegrees: real }),
  axes: record({ x: { ref: "axis" }, y: { ref: "axis" } }),
  columnWidths: { values: { type: "int32" } },
  mutedTraces: list(text),
});

const remark = record({
  id: text,
  text,
  x: real,
  y: real,
  createdAt: instant,
  author: text,
  settled: flag,
});

const panel = record(
  {
    id: text,
    type: oneOf(...PANEL_KINDS),
    title: text,
    index: count,
    enabled: flag,
    options,
    view,
    dataChannels: list(
      record({ channelName: text, contents: list(text), listeners: list(text) }),
    ),
    remarks: list(remark),
    curves: list(record({ name: text, unit: text, times: list(real), values: list(real) })),
  },
  { frozenState: text },
);

const metadata = record({
  title: text,
  description: text,
  createdAt: instant,
  updatedAt: instant,
  lastModifiedMs: real,
  tags: list(text),
  owner: record({ userName: text, displayName: text }, { email: text }),
});

const preferences = record({
  theme: oneOf("dark", "light"),
  locale: text,
  autosave: flag,
  timezone: text,
  decimals: small,
  density: oneOf("compact", "cosy", "wide"),
  shortcuts: { values: text },
});

const place = record(
  { panelId: text, relX: real, relY: real, relWidth: real, relHeight: real },
  { maximized: flag },
);

const mark = record({ name: text, height: real, offset: real, trust: oneOf("high", "low") });

export const SCHEMA = {
  definitions: { condition, axis: record({ title: text, range: list(real), fitted: flag }) },
  ...record({
    schemaVersion: count,
    id: text,
    metadata,
    preferences,
    palettes: list(record({ id: text, name: text, colors: list(text) })),
    runs: {
      values: record({ customName: text, tint: text, members: list(count), isReference: flag }),
    },
    layout: list(place),
    panels: list(panel),
    sheets: list(
      record({ id: text, title: text, columns: list(text), rows: list(list({ nullable: true })) }),
    ),
    stations: {
      values: record({
        status: oneOf("running", "paused", "closed"),
        levels: list(real),
        marks: list(mark),
      }),
    },
  }),
};
