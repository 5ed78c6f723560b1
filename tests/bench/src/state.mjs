// Dashboard states of a chosen size: what an analyst's workspace looks like when it is saved. Owns
// their shape and their mix of text and numbers; `schema.mjs` describes the same shape. Members
// stand in the order in which a developer would write them, so that ordering them is real work.
import { seededRandom } from "./random.mjs";

const WORDS = `flow stage gauge basin runoff snowmelt rainfall threshold catchment tributary
  culvert spillway reservoir inflow outflow turbine intake forecast hindcast member ensemble
  median quantile return period flood drought baseline corrected observed simulated hourly
  weekly season upstream downstream confluence sediment turbidity salinity level datum survey
  panel series chart summary station network archive review`.split(/\s+/);
const NORDIC = ["Øvre Ånga", "målestasjon nr 4", "Gaulfossen sør", "høyvann", "Bjørneågjerdet"];
const WIDE = ["水位 – 第七站", "уровень воды", "Δh ≤ 2σ", "降水量", "✅ sjekket", "🌊 varsel", "ø ≠ o"];
export const PANEL_KINDS = [
  "Hydrograph", "BasinMap", "CrossSection", "WaterBalance", "DurationCurve", "Register", "Spread",
  "Terrain",
];

/** Makes phrases of `n` words; `script` says how far from ASCII their characters may go. */
function phrases({ unit, pick, times }, script) {
  const plain = (n) => times(n, () => pick(WORDS)).join(" ");
  return (n) => {
    const x = unit();
    if (script === "ascii" || x < 0.72) return plain(n);
    if (x < 0.9) return `${plain(n)} ${pick(NORDIC)}`;
    return `${plain(n)} ${pick(WIDE)}`;
  };
}

/** The numbers of such states: full doubles of up to 18 digits, rounded readings, counters. */
function quantities({ unit, below }) {
  const full = () => unit() * 5200 - 600;
  const rounded = () => Math.round(unit() * 5e6) / 1000;
  const mixed = () => {
    const x = unit();
    if (x < 0.4) return below(10_000);
    return x < 0.75 ? rounded() : full();
  };
  return { full, rounded, mixed };
}

function condition(c, depth) {
  const { below, chance, pick, times, hex } = c.random;
  const span = () => ({ from: c.rounded(), to: c.rounded() + 5000 });
  const kind = below(depth > 1 ? 3 : 4);
  if (kind === 0) {
    return { test: "span", quantity: `Q:${hex(4)}`, ...span(), keepMissing: chance(0.5) };
  }
  if (kind === 1) {
    const members = times(2 + below(6), () => `${pick(WORDS)}_${below(90)}`);
    return { test: "oneOf", quantity: "BASIN", members };
  }
  if (kind === 2) return { test: "matches", phrase: c.phrase(2), exactCase: chance(0.3) };
  const parts = times(2 + below(2), () => condition(c, depth + 1));
  return { test: "all", combine: chance(0.5) ? "and" : "or", parts };
}

function options(c) {
  const { unit, below, chance, pick, times, uuid, tint } = c.random;
  return {
    sourceRunKeys: times(1 + below(3), () => `${uuid()}::run-${below(4)}`),
    quantity: `Q${pick(["OBS", "SIM", "MAX", "NAT", "REG"])}`,
    intervalLength: chance(0.7) ? pick(["HOURLY", "DAILY", "MONTHLY", "YEARLY"]) : null,
    drawing: {
      style: pick(["lines", "points", "ribbon"]),
      showObserved: chance(0.5),
      showLegend: chance(0.8),
      strokeWidth: 1 + below(4),
      opacity: Math.round(unit() * 100) / 100,
      tint: tint(),
    },
    summaries: { mean: true, q10: chance(0.5), q90: chance(0.5), min: false, max: false },
    chosenMembers: times(4 + below(28), () => below(500)),
    conditions: times(below(4), () => condition(c, 0)),
  };
}

function viewport(c) {
  const { below, chance, times, hex } = c.random;
  const axis = () => ({
    title: c.phrase(2),
    range: [c.rounded(), c.rounded() + 5000],
    fitted: chance(0.6),
  });
  return {
    camera: {
      target: times(3, c.full),
      zoom: c.rounded(),
      tilt: c.full(),
      bearingDegrees: c.full(),
    },
    axes: { x: axis(), y: axis() },
    columnWidths: {
      name: 80 + below(200),
      value: 60 + below(90),
      unit: 40 + below(60),
      [`extra_${hex(3)}`]: 70 + below(90),
    },
    mutedTraces: times(below(5), () => `trace ${below(99)}`),
  };
}

function remark(c) {
  const { below, chance, pick, uuid, instant } = c.random;
  return {
    id: uuid(),
    text: c.phrase(6 + below(12)),
    x: c.full(),
    y: c.full(),
    createdAt: instant(),
    author: pick(["sigrid.berg", "nils.åsen", "m.kovač", "t.jones"]),
    settled: chance(0.3),
  };
}

function curve(c) {
  const { below, pick, times } = c.random;
  return {
    name: `M${below(100)} ${pick(WORDS)}`,
    unit: pick(["m3/s", "mm", "m", "°C"]),
    times: times(24, (i) => 1_690_000_000_000 + i * 2_629_746_000),
    values: times(24, c.mixed),
  };
}

function panel(c, position) {
  const { below, chance, pick, times, uuid } = c.random;
  const made = {
    id: uuid(),
    type: pick(PANEL_KINDS),
    title: c.phrase(3),
    index: position,
    enabled: chance(0.95),
    options: options(c),
    view: viewport(c),
    dataChannels: times(below(3), () => ({
      channelName: pick(WORDS),
      contents: times(1 + below(3), () => c.phrase(1)),
      listeners: [uuid()],
    })),
    remarks: times(below(6), () => remark(c)),
    curves: times(c.numeric ? 1 + below(3) : below(5) < 2 ? 1 : 0, () => curve(c)),
  };
  // Some applications keep a panel's state as JSON text inside the JSON: its quotes are escaped.
  if (chance(0.15)) made.frozenState = JSON.stringify({ options: made.options, view: made.view });
  return made;
}

function sheet(c, rows) {
  const { below, chance, times, uuid } = c.random;
  const row = (i) => [
    i,
    `S-${below(400)}`,
    c.phrase(1),
    c.phrase(4),
    c.numeric ? c.full() : c.phrase(2),
    c.rounded(),
    chance(0.5),
    chance(0.2) ? null : c.rounded(),
  ];
  const columns = ["row", "station", "basin", "comment", "value", "depth", "flag", "ceiling"];
  return { id: uuid(), title: c.phrase(3), columns, rows: times(rows, row) };
}

function station(c) {
  const { below, chance, pick, times } = c.random;
  return {
    status: pick(["running", "paused", "closed"]),
    levels: times(c.numeric ? 50 : 12, c.full),
    marks: times(8, () => ({
      name: `${pick(WORDS)} mark`,
      height: c.rounded(),
      offset: c.full(),
      trust: chance(0.5) ? "high" : "low",
    })),
  };
}

function emptyState(c) {
  const { below, pick, times, uuid, tint, instant } = c.random;
  const runs = times(4, (i) => [
    `${uuid()}::run-${i}`,
    {
      customName: c.phrase(2),
      tint: tint(),
      members: times(40, (k) => k * 2 + below(2)),
      isReference: i === 0,
    },
  ]);
  const [dash, o] = c.script === "ascii" ? ["-", "o"] : ["–", "ø"];
  return {
    schemaVersion: 3,
    id: uuid(),
    metadata: {
      title: `Gl${o}mma ${dash} ${c.phrase(3)}`,
      description: c.phrase(24),
      createdAt: instant(),
      updatedAt: instant(),
      lastModifiedMs: 1_712_345_678_901,
      tags: ["flood", "spring", `l${o}sning`],
      owner: {
        userName: "sigrid.berg",
        displayName: `Sigrid Berg Str${o}m`,
        email: "sigrid@example.org",
      },
    },
    preferences: {
      theme: pick(["dark", "light"]),
      locale: "nn-NO",
      autosave: true,
      timezone: "Europe/Oslo",
      decimals: 3,
      density: "compact",
      shortcuts: { save: "Ctrl+S", undo: "Ctrl+Z", redo: "Ctrl+Shift+Z" },
    },
    palettes: times(6, (i) => ({
      id: `palette-${i}`,
      name: c.phrase(2),
      colors: times(10, tint),
    })),
    runs: Object.fromEntries(runs),
    layout: [],
    panels: [],
    sheets: [],
    stations: {},
  };
}

/**
 * Returns a state whose JSON text has about `size` characters.
 *
 * `script`: "wide" (default) or "ascii". `numeric`: more and longer numbers. `origin`: "parsed"
 * (default) hands out what `JSON.parse` returns, as a session restored from storage would be;
 * "built" keeps the strings that were glued together here, which V8 holds as ropes.
 */
export function makeState(size, { script = "wide", numeric = false, origin = "parsed" } = {}) {
  const random = seededRandom(2024);
  const phrase = phrases(random, script);
  const c = { random, phrase, script, numeric, ...quantities(random) };
  const { unit, below, pick } = random;
  const state = emptyState(c);
  const place = (id) => ({
    panelId: id,
    relX: unit(),
    relY: unit(),
    relWidth: 1 / (1 + below(4)),
    relHeight: 1 / (1 + below(3)),
    maximized: false,
  });
  let written = JSON.stringify(state).length;
  // Ten units in turn: seven panels, two sheets, one station. Small remainders take panels only.
  for (let unitNumber = 0; written < size; unitNumber++) {
    const left = size - written;
    const turn = unitNumber % 10;
    let added;
    if (turn < 7 || left < 3000) {
      added = panel(c, state.panels.length);
      state.panels.push(added);
      state.layout.push(place(added.id));
      written += 140;
    } else if (turn < 9) {
      added = sheet(c, Math.min(60, 8 + Math.floor(left / 400)));
      state.sheets.push(added);
    } else {
      const suffix = pick(["A", "B", "C2", script === "ascii" ? "O" : "Ø"]);
      added = station(c);
      state.stations[`NVE 12/${below(30)}-H-${below(90)} ${suffix}`] = added;
      written += 24;
    }
    written += JSON.stringify(added).length + 1;
  }
  return origin === "built" ? state : JSON.parse(JSON.stringify(state));
}
