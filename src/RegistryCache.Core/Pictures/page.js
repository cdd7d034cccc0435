"use strict";
(() => {
  const find = id => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  const stage = find("stage"), svg = stage.querySelector("svg"), map = find("map"), details = find("details");
  const boxes = [...svg.querySelectorAll(".box")];
  const places = boxes.map(b => b.getAttribute("transform").match(/-?\d+/g).map(Number));
  const boxWidth = 172, boxHeight = 38, worldWidth = svg.viewBox.baseVal.width, worldHeight = svg.viewBox.baseVal.height;
  const boxOf = [], edgesOf = boxes.map(() => []), parents = boxes.map(() => []), children = boxes.map(() => []);
  data.boxes.forEach((box, i) => box.records.forEach(r => { boxOf[r] = i; }));
  for (const edge of svg.querySelectorAll(".edge")) {
    const from = Number(edge.dataset.from), to = Number(edge.dataset.to);
    edgesOf[from].push(edge);
    edgesOf[to].push(edge);
    parents[to].push(from);
    children[from].push(to);
  }

  // The view: the point of the drawing in the middle of the stage, and the pixels for each of its units.
  let x = worldWidth / 2, y = worldHeight / 2, scale = 1, current = -1, pinned = -1, hits = [], fills = [];

  function fitting() {
    return Math.min(stage.clientWidth / worldWidth, stage.clientHeight / worldHeight);
  }

  function show() {
    scale = Math.min(4, Math.max(Math.min(fitting(), 0.5) / 2, scale));
    const width = stage.clientWidth / scale, height = stage.clientHeight / scale;
    [x, y] = [within(x, width, worldWidth), within(y, height, worldHeight)];
    svg.setAttribute("viewBox", `${x - width / 2} ${y - height / 2} ${width} ${height}`);
    svg.classList.toggle("far", scale < 0.35);
    drawMap(width, height);
  }

  // No view goes beyond the drawing while there is more of it in the other direction.
  function within(at, length, world) {
    return length >= world ? world / 2 : Math.min(world - length / 2, Math.max(length / 2, at));
  }

  function fit() {
    [x, y, scale] = [worldWidth / 2, worldHeight / 2, Math.min(1.25, fitting())];
    show();
  }

  function zoom(factor, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) {
    const before = scale, [dx, dy] = [atX - stage.clientWidth / 2, atY - stage.clientHeight / 2];
    scale *= factor;
    show();
    x += dx / before - dx / scale;
    y += dy / before - dy / scale;
    show();
  }

  function centre(box) {
    [x, y] = [places[box][0] + boxWidth / 2, places[box][1] + boxHeight / 2];
    if (scale < 0.6) scale = 1;
    show();
  }

  // The map has the whole drawing, stretched if that is very long.
  function drawMap(width, height) {
    map.hidden = scale <= fitting() * 1.05;
    if (map.hidden) return;
    const k = Math.min(220 / worldWidth, (stage.clientHeight - 24) / worldHeight);
    map.width = Math.max(110, Math.round(worldWidth * k));
    map.height = Math.max(80, Math.round(worldHeight * k));
    const pen = map.getContext("2d"), style = getComputedStyle(svg), [kx, ky] = [map.width / worldWidth, map.height / worldHeight];
    const paint = (box, least) => pen.fillRect(places[box][0] * kx, places[box][1] * ky, Math.max(least, boxWidth * kx), Math.max(least, boxHeight * ky));
    const colours = new Map(fills.map(fill => [fill, style.getPropertyValue(fill)]));
    boxes.forEach((_, i) => { pen.fillStyle = colours.get(fills[i]); paint(i, 1); });
    pen.fillStyle = pen.strokeStyle = style.getPropertyValue("--mark");
    hits.forEach(i => paint(i, 4));
    pen.lineWidth = 2;
    pen.strokeRect((x - width / 2) * kx, (y - height / 2) * ky, width * kx, height * ky);
  }

  // Details. Text of the cache becomes text of the page, never markup.
  function make(name, text, ...inside) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    element.append(...inside);
    return element;
  }

  function size(bytes) {
    const units = ["B", "KB", "MB", "GB", "TB"];
    let unit = 0;
    while (bytes >= 1000 && unit < 4) { bytes /= 1000; unit++; }
    return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
  }

  function short(digest) {
    return /^[a-z0-9]+:[0-9a-f]{32,}$/.test(digest) ? digest.slice(digest.indexOf(":") + 1).slice(0, 12) : digest;
  }

  function goTo(record) {
    const button = make("button", short(data.records[record].digest));
    button.type = "button";
    button.addEventListener("click", () => { pin(boxOf[record]); centre(boxOf[record]); });
    return button;
  }

  function describe(number) {
    const record = data.records[number], parts = [make("h2", undefined, make("code", record.digest))];
    record.inputs.forEach((links, i) => {
      parts.push(make("h3", `Input ${i}${links.length > 1 ? ": one of" : ""}`));
      parts.push(make("ul", undefined, ...links.map(([to, selector]) =>
        make("li", undefined, goTo(to), selector ? make("span", " part ") : "", selector ? make("code", short(selector)) : ""))));
    });
    for (const [layer, time] of record.results) {
      parts.push(make("h3", `Result${time ? ` of ${time} UTC` : ""}`));
      const table = make("table");
      let at = layer;
      for (let n = 0; at >= 0 && n < 50; at = data.layers[at][2], n++) {
        const [digest, bytes] = data.layers[at], cell = make("td", size(bytes));
        cell.className = "number";
        table.append(make("tr", undefined, make("td", undefined, make("code", short(digest))), cell));
      }
      parts.push(layer < 0 ? make("p", "no layers") : table);
      if (at >= 0) parts.push(make("p", "and the layers below them"));
    }
    if (record.results.length === 0) parts.push(make("p", "No result: a key on the way to later records."));
    const users = children[boxOf[number]];
    if (users.length > 0) {
      parts.push(make("h3", `Used by ${users.length}`));
      parts.push(make("ul", undefined, ...users.slice(0, 20).map(b => make("li", undefined, goTo(data.boxes[b].records.at(-1))))));
    }
    return parts;
  }

  function showDetails(box) {
    if (box < 0) {
      details.replaceChildren(make("p", "Point at a box, or go there with the arrow keys, to see its record. Drag to move, turn the wheel to zoom, / to search."));
      return;
    }
    const { records, side, size: bytes } = data.boxes[box];
    const where = side === "before" ? "Only in the first cache." : side === "after" ? "Only in the second cache." : "";
    const parts = where ? [make("p", where)] : [];
    if (records.length > 1) {
      const found = new Set(matching(find("search").value));
      const shown = [...records.filter(r => found.has(r)), ...records.filter(r => !found.has(r))].slice(0, 40);
      parts.push(make("h2", `${records.length} records, ${size(bytes)}`), make("ul", undefined, ...shown.map(r => {
        const item = make("li", undefined, make("code", short(data.records[r].digest)));
        if (found.has(r)) item.append(make("strong", " found"));
        return item;
      })));
      if (shown.length < records.length) parts.push(make("p", `and ${records.length - shown.length} more`));
    } else {
      parts.push(...describe(records[0]));
    }
    details.replaceChildren(...parts);
  }

  function look(box) {
    if (box === current) return;
    if (current >= 0) edgesOf[current].forEach(e => e.classList.remove("near"));
    current = box;
    if (box >= 0) edgesOf[box].forEach(e => e.classList.add("near"));
    showDetails(box >= 0 ? box : pinned);
  }

  function pin(box) {
    if (pinned >= 0) boxes[pinned].classList.remove("pinned");
    pinned = box === pinned ? -1 : box;
    if (pinned >= 0) boxes[pinned].classList.add("pinned");
    showDetails(current >= 0 ? current : pinned);
  }

  // Search.
  function matching(text) {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return [];
    return data.records.flatMap((record, i) => texts(record).some(t => t.toLowerCase().includes(wanted)) ? [i] : []);
  }

  function texts(record) {
    return [record.digest, ...record.inputs.flat().map(l => l[1]), ...record.results.filter(r => r[0] >= 0).map(r => data.layers[r[0]][0])];
  }

  function search() {
    const text = find("search").value, found = matching(text);
    hits = [...new Set(found.map(r => boxOf[r]))];
    boxes.forEach(b => b.classList.remove("hit"));
    hits.forEach(i => boxes[i].classList.add("hit"));
    svg.classList.toggle("searching", text.trim() !== "");
    find("found").textContent = text.trim() === "" ? "" : `${found.length} of ${data.records.length} records`;
    history.replaceState(null, "", text.trim() === "" ? "#" : "#search=" + encodeURIComponent(text.trim()));
    if (hits.length > 0) { look(hits[0]); centre(hits[0]); } else show();
  }

  function fromAddress() {
    const match = location.hash.match(/^#search=(.*)$/);
    if (match === null) return false;
    try { find("search").value = decodeURIComponent(match[1]); } catch { return false; }
    search();
    return true;
  }

  // Colours.
  function colour(name) {
    svg.setAttribute("class", `${[...svg.classList].filter(c => !c.startsWith("by-")).join(" ")} by-${name}`.trim());
    const shown = name === "difference" ? /^(before|after)$/ : new RegExp(`^${name}\\d$`);
    fills = boxes.map(b => "--" + ([...b.classList].find(c => shown.test(c)) ?? "line"));
    const known = data.boxes.filter(b => name === "size" ? b.size > 0 : b.time !== undefined);
    const order = known.map(b => name === "size" ? b.size : b.time).sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
    const swatches = name === "difference" ? ["before", "after"] : [...Array(7).keys()].map(i => name + i);
    const marks = swatches.map(s => { const mark = make("span"); mark.className = "swatch " + s; return mark; });
    const legend = find("legend");
    legend.className = "by-" + name;
    if (name === "difference") legend.replaceChildren(marks[0], "− only in the first", marks[1], "+ only in the second");
    else if (order.length === 0) legend.replaceChildren();
    else legend.replaceChildren(...[order[0], order.at(-1)].map(v => name === "size" ? size(v) : v).flatMap((v, i) => i === 0 ? [v, ...marks] : [v]));
  }

  // Keys: one step along a link, or to the next box of the line.
  function step(key) {
    const along = data.down ? ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] : ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
    const from = current >= 0 ? current : pinned >= 0 ? pinned : hits.length > 0 ? hits[0] : boxes.length - 1;
    if (from < 0) return;
    if (current < 0 && pinned < 0) return go(from);
    const depth = data.down ? 1 : 0, across = 1 - depth;
    const near = list => list.slice().sort((a, b) => Math.abs(places[a][across] - places[from][across]) - Math.abs(places[b][across] - places[from][across]))[0];
    const line = places.flatMap((p, i) => p[depth] === places[from][depth] ? [i] : []).sort((a, b) => places[a][across] - places[b][across]);
    const at = line.indexOf(from);
    const next = [line[at - 1], line[at + 1], near(parents[from]), near(children[from])][along.indexOf(key)];
    if (next !== undefined) go(next);
  }

  function go(box) {
    look(box);
    boxes[box].setAttribute("tabindex", "-1");
    boxes[box].focus({ preventScroll: true });
    const width = stage.clientWidth / scale / 2 - boxWidth, height = stage.clientHeight / scale / 2 - boxHeight;
    if (scale < 0.35 || Math.abs(places[box][0] - x) > width || Math.abs(places[box][1] - y) > height) centre(box);
  }

  stage.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) step(event.key);
    else if (event.key === "Enter" && current >= 0) pin(current);
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") { if (pinned >= 0) pin(pinned); else look(-1); } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.target.matches("input, select")) return;
    event.preventDefault();
    find("search").focus();
  });

  // The pointer.
  let drag = null;
  stage.addEventListener("pointerdown", event => { drag = { x: event.clientX, y: event.clientY, far: false }; });
  window.addEventListener("pointermove", event => {
    if (drag === null) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.far && Math.hypot(dx, dy) < 4) return;
    Object.assign(drag, { x: event.clientX, y: event.clientY, far: true });
    stage.classList.add("drag");
    x -= dx / scale;
    y -= dy / scale;
    show();
  });
  window.addEventListener("pointerup", event => {
    const box = event.target instanceof Element ? boxes.indexOf(event.target.closest(".box")) : -1;
    if (drag !== null && !drag.far && box >= 0) pin(box);
    drag = null;
    stage.classList.remove("drag");
  });
  stage.addEventListener("pointerover", event => {
    if (drag === null) look(boxes.indexOf(event.target.closest(".box")));
  });
  stage.addEventListener("wheel", event => {
    event.preventDefault();
    const rect = stage.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - rect.left, event.clientY - rect.top);
  }, { passive: false });
  map.addEventListener("pointerdown", event => {
    [x, y] = [event.offsetX / map.width * worldWidth, event.offsetY / map.height * worldHeight];
    show();
  });

  find("tools").addEventListener("submit", event => {
    event.preventDefault();
    if (hits.length > 0) { const next = hits[(hits.indexOf(current) + 1) % hits.length]; look(next); centre(next); }
  });
  find("search").addEventListener("input", search);
  find("colour").addEventListener("change", event => { colour(event.target.value); show(); });
  find("in").addEventListener("click", () => zoom(1.3));
  find("out").addEventListener("click", () => zoom(1 / 1.3));
  find("fit").addEventListener("click", fit);
  window.addEventListener("resize", show);
  window.addEventListener("hashchange", fromAddress);

  svg.classList.toggle("many", boxes.length > 600);
  colour(find("colour").value);
  showDetails(-1);
  fit();
  if (!fromAddress() && scale < 0.45 && boxes.length > 0) {
    // The whole picture would be too small to read, so it starts at its last box. The map shows the rest.
    centre(boxes.length - 1);
  }
  document.documentElement.dataset.ready = "true";
})();
