// The interactive map: our own base map, clusters and points as buttons (no glyph server, keyboard works).
const BOUNDS = [[-79.6, 44.9], [-63.5, 50.4]];

function colours() {
  const probe = document.createElement("i");
  document.body.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["water", "land", "land-near", "shore", "grape"];
  const found = Object.fromEntries(names.map((name) => [name, read(name)]));
  probe.remove();
  return found;
}

function style(base) {
  const c = colours();
  const line = (id, source, width, dash) => ({
    id, source, type: "line",
    paint: { "line-color": c.shore, "line-width": width, ...(dash && { "line-dasharray": dash }) },
  });
  const fill = (id, source, colour) => ({ id, source, type: "fill", paint: { "fill-color": colour } });
  const source = (name) => ({ type: "geojson", data: new URL(`${base}${name}.geojson`, location.href).href });
  return {
    version: 8,
    sources: { neighbours: source("neighbours"), provinces: source("provinces"), regions: source("regions") },
    layers: [
      { id: "water", type: "background", paint: { "background-color": c.water } },
      fill("neighbours", "neighbours", c.land),
      line("neighbours-line", "neighbours", 0.6),
      fill("provinces", "provinces", c.land),
      fill("regions", "regions", c["land-near"]),
      line("provinces-line", "provinces", 0.9),
      line("regions-line", "regions", 0.6, [3, 2]),
    ],
  };
}

function listOf(features) {
  const list = document.createElement("ul");
  for (const { properties } of features) {
    const item = list.appendChild(document.createElement("li"));
    const link = item.appendChild(document.createElement("a"));
    link.href = properties.url;
    link.textContent = properties.name;
  }
  return list;
}

function middle(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const leftOut = Math.floor(sorted.length * 0.03);
  return [sorted[leftOut], sorted[sorted.length - 1 - leftOut]];
}

function keyOf({ properties, geometry }) {
  if (properties.cluster) return `c${properties.cluster_id}`;
  return properties.url || geometry.coordinates.join();
}

class DotMap {
  constructor(box, library) {
    this.box = box;
    this.gl = library;
    this.shown = new Map();
    const words = JSON.parse(box.dataset.words || "{}");
    this.map = new library.Map({
      container: box, style: style(box.dataset.base), bounds: BOUNDS, attributionControl: false,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 13, minZoom: 2,
      cooperativeGestures: box.hasAttribute("data-cooperative"), locale: words,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new library.NavigationControl({ showCompass: false }), "bottom-right");
    this.map.on("load", () => this.start());
    document.addEventListener("grappe:theme", () => this.repaint());
    document.addEventListener("grappe:points", (event) => this.show(event.detail));
  }

  async start() {
    await this.show(this.box.dataset.map);
    this.map.on("render", () => this.map.isSourceLoaded("points") && this.refresh());
    this.map.on("zoomend", () => this.sharpen());
    this.box.dataset.ready = "yes";
  }

  async show(address) {
    this.address = address;
    this.precision = 1;
    const data = await this.load();
    if (data) this.frame(data.features);
  }

  async load() {
    const address = new URL(this.address, location.href);
    address.searchParams.set("precision", this.precision);
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const data = await answer.json();
    const known = this.map.getSource("points");
    this.counted = data.counted;
    this.clear();
    if (known) known.setData(data);
    else this.addPoints(data);
    return data;
  }

  // Above some thousands of results the server sends counted cells: finer ones as one comes closer.
  async sharpen() {
    const zoom = this.map.getZoom();
    const wanted = zoom < 4 ? 1 : zoom < 7 ? 2 : 3;
    if (!this.counted || wanted === this.precision) return;
    this.precision = wanted;
    await this.load();
  }

  addPoints(data) {
    this.map.addSource("points", { type: "geojson", data, cluster: true, clusterRadius: 52, clusterMaxZoom: 12,
      clusterProperties: { total: ["+", ["get", "count"]] },
    });
    // Features are only readable when a layer uses them: this one draws nothing.
    this.map.addLayer({ id: "points", source: "points", type: "circle", paint: { "circle-opacity": 0, "circle-radius": 1 } });
  }

  frame(features) {
    if (!features.length) return;
    // A few far-off organisations must not push all the others into a corner.
    const [west, east] = middle(features.map(({ geometry }) => geometry.coordinates[0]));
    const [south, north] = middle(features.map(({ geometry }) => geometry.coordinates[1]));
    this.map.fitBounds([[west, south], [east, north]], { padding: 56, maxZoom: features.length === 1 ? 8 : 10, duration: 0 });
  }

  refresh() {
    const seen = new Map();
    for (const feature of this.map.querySourceFeatures("points")) {
      const key = keyOf(feature);
      if (!seen.has(key)) seen.set(key, this.shown.get(key) || this.marker(feature).addTo(this.map));
    }
    for (const [key, marker] of this.shown) if (!seen.has(key)) marker.remove();
    this.shown = seen;
  }

  marker(feature) {
    const button = document.createElement("button");
    const { properties, geometry } = feature;
    const count = properties.total ?? properties.count;
    button.type = "button";
    if (count > 1) {
      const size = Math.min(26 + 9 * Math.log10(count) ** 1.5, 78);
      button.className = "map-cluster";
      button.style.inlineSize = button.style.blockSize = `${size}px`;
      // The smaller one lies on top, so that both can be reached.
      button.style.zIndex = String(Math.round(200 - size));
      button.textContent = count.toLocaleString(document.documentElement.lang);
      button.setAttribute("aria-label", `${count} ${this.box.dataset.noun}`);
      button.addEventListener("click", () => this.open(feature));
    } else {
      button.className = "map-point";
      button.setAttribute("aria-label", properties.name);
      button.addEventListener("click", () => this.pop([feature], geometry.coordinates));
    }
    return new this.gl.Marker({ element: button }).setLngLat(geometry.coordinates);
  }

  async open({ properties, geometry }) {
    if (!properties.cluster) return this.approach(geometry.coordinates, this.map.getZoom() + 2.5);
    const source = this.map.getSource("points");
    const zoom = await source.getClusterExpansionZoom(properties.cluster_id);
    if (zoom <= 12) return this.approach(geometry.coordinates, zoom);
    this.pop(await source.getClusterLeaves(properties.cluster_id, 50, 0), geometry.coordinates);
  }

  approach(center, zoom) {
    this.map.easeTo({ center, zoom, duration: this.pace() });
  }

  pop(features, at) {
    this.popup?.remove();
    this.popup = new this.gl.Popup({ offset: 12, maxWidth: "20rem" }).setLngLat(at);
    this.popup.setDOMContent(listOf(features)).addTo(this.map);
  }

  clear() {
    this.shown.forEach((marker) => marker.remove());
    this.shown = new Map();
    this.popup?.remove();
  }

  repaint() {
    const c = colours();
    this.map.setPaintProperty("water", "background-color", c.water);
    for (const id of ["neighbours", "provinces"]) this.map.setPaintProperty(id, "fill-color", c.land);
    this.map.setPaintProperty("regions", "fill-color", c["land-near"]);
    for (const id of ["neighbours", "provinces", "regions"]) this.map.setPaintProperty(`${id}-line`, "line-color", c.shore);
  }

  pace() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180;
  }
}

function addSheet(address) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = address;
  const loaded = new Promise((resolve) => { sheet.onload = sheet.onerror = resolve; });
  document.head.append(sheet);
  return loaded;
}

export async function draw(box) {
  const library = await import(box.dataset.library);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await addSheet(box.dataset.sheet);
  box.querySelector(".map-wait")?.remove();
  return new DotMap(box, library);
}
