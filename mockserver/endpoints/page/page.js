// Shows /_mock live: reads the feed, and sends what the buttons say. Everything it shows is set as text, never as HTML.
"use strict";

const KEPT_SECONDS = 120;
const KEPT_REQUESTS = 15;
const PATIENCE_MS = 2000;
const CARDS = [
  ["requests_per_s", "requests/s", 0],
  ["tokens_per_s", "tokens/s", 0],
  ["open_streams", "in flight", 0],
  ["pacing_max_ms", "pacing error, ms", 1],
  ["loop_lag_ms", "loop lag, ms", 1],
  ["cpu_percent", "CPU, % of a core", 0],
];
const FAULTS = [
  ["503", { fault: "status", status: 503 }],
  ["502 page", { fault: "status", status: 502, page: true }],
  ["429", { fault: "rate_limit" }],
  ["no money left", { fault: "quota" }],
  ["hang", { fault: "hang" }],
  ["slow first token", { fault: "slow_first_token", ms: 5000 }],
  ["stall 10 s", { fault: "stall", for_ms: 10000 }],
  ["truncate", { fault: "truncate" }],
  ["disconnect", { fault: "disconnect" }],
  ["reset", { fault: "reset" }],
  ["error event", { fault: "error_event" }],
  ["garble", { fault: "garble" }],
  ["refusal", { fault: "refusal" }],
];

const $ = (id) => document.getElementById(id);
const seconds = [];
let last = null;
let token = sessionStorage.getItem("token");

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.assign(made, attributes);
  return made;
}

function number(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ms(from, to) {
  return from === undefined || to === undefined ? "" : number((to - from) * 1000, 1);
}

function rows(table, head, lines) {
  const first = document.createElement("tr");
  first.append(...head.map((name) => element("th", name)));
  const rest = lines.map((cells) => {
    const row = document.createElement("tr");
    row.append(...cells.map((cell) => (cell instanceof Node ? cell : element("td", cell))));
    return row;
  });
  table.replaceChildren(first, ...rest);
}

// ---- asking

async function ask(path, method = "GET", body = undefined) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (answer.status === 401) {
    token = prompt("MOCK_ADMIN_TOKEN of this server:");
    if (token === null) throw new Error("The server wants its MOCK_ADMIN_TOKEN.");
    sessionStorage.setItem("token", token);
    return ask(path, method, body);
  }
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  return answer;
}

async function act(path, method, body) {
  try {
    await ask(path, method, body);
    $("notice").textContent = "";
    await showState();
  } catch (error) {
    $("notice").textContent = error.message;
  }
}

// ---- showing

function showCards() {
  const cards = CARDS.map(([key, label, digits]) => {
    const card = element("div", "", { className: "card" });
    const values = seconds.map((second) => second[key]);
    const value = values.length ? number(values[values.length - 1], digits) : "-";
    card.append(element("b", value), element("span", label), line(values));
    return card;
  });
  $("cards").replaceChildren(...cards);
}

function line(values) {
  const top = Math.max(...values, 1e-9);
  const points = values.map((value, i) => `${KEPT_SECONDS - values.length + i},${32 - (value / top) * 30}`);
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 ${KEPT_SECONDS} 34`);
  svg.setAttribute("preserveAspectRatio", "none");
  const drawn = document.createElementNS(space, "polyline");
  drawn.setAttribute("points", points.join(" "));
  svg.append(drawn);
  return svg;
}

function showSecond(second) {
  if (last !== null) {
    const passed = second.at - last.at;
    seconds.push({
      ...second,
      requests_per_s: (second.requests - last.requests) / passed,
      tokens_per_s: (second.sent_tokens - last.sent_tokens) / passed,
      cpu_percent: second.cpu * 100,
    });
    if (seconds.length > KEPT_SECONDS) seconds.shift();
  }
  last = second;
  showPhase(second.phase);
  showCards();
  rows($("levels"), ["pool", "", "left", "of"], second.levels.map((level) => {
    const meter = element("meter", "", { max: level.limit, value: level.remaining, low: level.limit / 10 });
    const cell = document.createElement("td");
    cell.append(meter);
    return [`${level.pool} ${level.unit}`, cell, number(level.remaining, 0), number(level.limit, 0)];
  }));
  rows($("struck"), ["fault", "times"], Object.entries(second.faults).map(([name, times]) => [name, number(times, 0)]));
}

function showPhase(name) {
  $("phase").textContent = name ?? "none";
  for (const button of $("phases").children) button.className = button.dataset.phase === name ? "now" : "";
}

const latest = [];
function showRequest(entry) {
  latest.unshift(entry);
  latest.length = Math.min(latest.length, KEPT_REQUESTS);
  const head = ["#", "at", "model", "stream", "status", "fault", "phase", "TTFT ms", "planned", "end ms", "planned", "tokens", "of"];
  rows($("requests"), head, latest.map((each) => [
    String(each.seq),
    new Date(each.received_at * 1000).toLocaleTimeString("en-GB"),
    each.model ?? "",
    each.stream ? "yes" : "no",
    element("td", each.hung_up_at ? "left" : String(each.status ?? "none"), { className: each.status === 200 ? "" : "bad" }),
    each.fault ?? "",
    each.phase ?? "",
    ms(each.received_at, each.first_token_at),
    each.planned ? number(each.planned.first_token_ms, 1) : "",
    ms(each.received_at, each.hung_up_at ?? each.done_at),
    each.planned ? number(each.planned.last_token_ms, 1) : "",
    number(each.sent_tokens, 0),
    each.planned ? number(each.planned.tokens, 0) : "",
  ]));
}

async function showState() {
  const state = await (await ask("state")).json();
  $("what").textContent =
    `latency ${state.latency}, limits ${state.limits}, faults ${state.faults}, seed ${state.seed}, speed ${state.speed}`;
  const buttons = state.phases.map((name) => {
    const button = element("button", name, { onclick: () => act("phases", "POST", { jump: name }) });
    button.dataset.phase = name;
    return button;
  });
  if (buttons.length) {
    const paused = state.paused;
    buttons.push(
      element("button", paused ? "go on" : "pause", { onclick: () => act("phases", "POST", { pause: !paused }) }),
      element("button", "from the start", { onclick: () => act("phases", "POST", { restart: true }) }),
    );
  }
  $("phases").replaceChildren(...buttons);
  showPhase(state.phase);
  for (const select of document.querySelectorAll("#profiles select")) choose(select, state[select.name]);
}

function choose(select, name) {
  if (![...select.options].some((option) => option.value === name)) select.add(new Option(name, name));
  select.value = name;
}

async function showControls() {
  const profiles = await (await ask("profiles")).json();
  $("profiles").replaceChildren(...Object.entries(profiles).map(([kind, names]) => {
    const select = element("select", "", { name: kind });
    select.append(...names.map((name) => new Option(name, name)));
    select.onchange = () => act("state", "PATCH", { [kind]: select.value });
    const label = element("label", `${kind} `);
    label.append(select);
    return label;
  }), element("button", "reset", { onclick: () => act("reset", "POST") }));
  $("faults").replaceChildren(...FAULTS.map(([name, fault]) =>
    element("button", name, { onclick: () => act("faults", "POST", { ...fault, times: Number($("times").value) }) })));
}

async function judge() {
  const found = await (await ask("verdict?running=1")).json();
  const left = found.ambiguous ? `, ${number(found.ambiguous, 0)} ambiguous requests are not judged` : "";
  $("verdict").textContent = found.calls
    ? `${found.well_behaved ? "well behaved" : "misbehaved"}: ${number(found.calls, 0)} calls, ${number(found.amplification, 2)} attempts each${left}`
    : "nothing to judge";
  rows($("findings"), [], found.findings.map((each) => [each.level, each.kind, each.text]));
}

// ---- following: an EventSource cannot send a token

async function follow() {
  const reader = (await ask("events")).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error("The server has gone away.");
    const events = (rest + value).split(/\r\n\r\n|\n\n/);
    rest = events.pop();
    for (const event of events) {
      const fields = Object.fromEntries(event.split(/\r?\n/).map((field) => [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 1).trim()]));
      if (fields.event === "second") showSecond(JSON.parse(fields.data));
      if (fields.event === "request") showRequest(JSON.parse(fields.data));
    }
  }
}

async function main() {
  for (;;) {
    try {
      await showControls();
      await showState();
      const { last_seq } = await (await ask("requests?limit=1")).json();
      const before = await (await ask(`requests?since=${Math.max(0, last_seq - KEPT_REQUESTS)}`)).json();
      latest.length = 0;
      before.requests.forEach(showRequest);
      $("notice").textContent = "";
      await follow();
    } catch (error) {
      $("notice").textContent = `${error.message} Trying again.`;
      last = null;
    }
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  }
}

$("judge").onclick = () => judge().catch((error) => ($("notice").textContent = error.message));
showCards();
main();
