// Reading tools. Everything they say stands in the tables too; without a script they stay hidden.
(function () {
  "use strict";
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  root.classList.add("scripted");

  // Light and dark.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = at("theme");
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
  dark.addEventListener("change", label);
  at("paper").addEventListener("click", () => window.print());
  document.querySelector(".tools").hidden = false;
  label();

  sortable(at("register"));
  const data = at("curves") && JSON.parse(at("curves").textContent);
  if (data && at("reader") && data.options.length) reader(data);

  // A register whose columns sort; a third press gives the first order back.
  function sortable(table) {
    if (!table) return;
    const body = table.tBodies[0];
    all("thead th", table).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] || "ascending";
        all("thead th", table).forEach((other) => other.removeAttribute("aria-sort"));
        if (next !== "none") head.setAttribute("aria-sort", next);
        const key = (row) => next === "none" ? row.dataset.order : row.cells[column].dataset.sort;
        const sign = next === "descending" ? -1 : 1;
        const rows = Array.from(body.rows).sort((a, b) => {
          const [x, y] = [key(a), key(b)];
          const [p, q] = [Number(x), Number(y)];
          const numbers = x !== "" && y !== "" && !isNaN(p) && !isNaN(q);
          return sign * (numbers ? p - q : x.localeCompare(y));
        });
        body.append(...rows);
      });
    });
  }

  // An amount, typed or dragged, and how often a year costs more.
  function reader(data) {
    const amount = at("amount"), slide = at("slide"), readings = at("readings"), scale = at("scale");
    // A plot is drawn twice, for a desk and for a phone; the page shows the one that fits.
    const plots = all("[data-scale-of=exceedance]").map((box) => {
      const planes = data.planes[box.querySelector("figure").dataset.chart] || [];
      return { box, faces: planes.map((plane, i) => ({ plane, svg: all("svg.chart", box)[i] })) };
    }).filter((plot) => plot.faces.length);
    if (!plots.length) return;
    let shown = 0;
    const hidden = new Set();
    const plane = () => plots[shown].faces[0].plane;
    const faces = plots.flatMap((plot) => plot.faces);
    const place = (line, value) => {
      const share = line.log ? Math.log(value / line.low) / Math.log(line.high / line.low) : (value - line.low) / (line.high - line.low);
      return line.start + share * (line.end - line.start);
    };
    const value = (line, place) => {
      const share = (place - line.start) / (line.end - line.start);
      return line.log ? line.low * Math.pow(line.high / line.low, share) : line.low + share * (line.high - line.low);
    };
    const hairs = faces.map((face) => {
      const hair = document.createElementNS("http://www.w3.org/2000/svg", "line");
      hair.setAttribute("class", "hair");
      hair.setAttribute("y1", face.plane.y.start);
      hair.setAttribute("y2", face.plane.y.end);
      face.svg.append(hair);
      return hair;
    });
    const digits = (figure, places) => figure.toLocaleString("en-US", { maximumSignificantDigits: places });

    // Probability with its interval, between the points of the curve by its logarithm.
    function probability(option, x) {
      const points = option.points;
      if (option.certain) return { p: x < option.most ? 1 : 0 };
      if (x < points[0][0]) return { above: x < option.least ? 1 : null, p: points[0][1], floor: true };
      const next = points.findIndex((point) => point[0] > x);
      if (next < 0) return { p: points[points.length - 1][1], beyond: true, never: x >= option.most };
      const [a, b] = [points[next - 1], points[next]];
      const share = (x - a[0]) / (b[0] - a[0]);
      const mix = (i) => a[i] > 0 && b[i] > 0 ? Math.exp(Math.log(a[i]) + share * Math.log(b[i] / a[i])) : null;
      return { p: mix(1), low: mix(2), high: mix(3) };
    }
    const percent = (p) => digits(100 * p, 3) + "%";
    const often = (p) => "1 in " + digits(1 / p, 3) + " years";
    function words(option, x) {
      const found = probability(option, x);
      if (option.certain) return found.p ? "every year" : "no year";
      if (found.floor) return found.above === 1 ? "every simulated year" : "more than " + percent(found.p) + " of years";
      if (found.never) return "no simulated year";
      if (found.beyond) return "fewer than " + percent(found.p) + " of years, rarer than " + often(found.p);
      const interval = found.low && found.high ? " (95% interval " + percent(found.low) + " to " + percent(found.high) + ")" : "";
      return percent(found.p) + " of years" + interval + ", " + often(found.p);
    }

    function show(x, from) {
      const line = plane().x;
      const inside = Math.min(Math.max(x, line.low), line.high);
      if (from !== amount) amount.value = digits(x / data.unit, 4);
      if (from !== slide) slide.value = Math.round(1000 * (place(line, inside) - line.start) / (line.end - line.start));
      slide.setAttribute("aria-valuetext", digits(x / data.unit, 4) + " " + data.label);
      faces.forEach((face, i) => {
        const hair = place(face.plane.x, Math.min(Math.max(x, face.plane.x.low), face.plane.x.high));
        hairs[i].setAttribute("x1", hair);
        hairs[i].setAttribute("x2", hair);
      });
      readings.replaceChildren(...data.options.filter((_, i) => !hidden.has(i)).map((option) => {
        const text = document.createElement("p");
        const swatch = document.createElement("span");
        swatch.className = "swatch o" + option.colour;
        const name = document.createElement("strong");
        name.textContent = option.name + ": ";
        text.append(swatch, name, words(option, x));
        return text;
      }));
    }
    const read = () => Number(amount.value.replace(/[, _]/g, "")) * data.unit;
    const current = () => { const x = read(); return isNaN(x) ? plane().x.low : x; };
    amount.addEventListener("input", () => { const x = read(); if (!isNaN(x) && amount.value.trim()) show(x, amount); });
    slide.addEventListener("input", () => {
      const line = plane().x;
      show(value(line, line.start + slide.value / 1000 * (line.end - line.start)), slide);
    });

    // The pointer over the curves reads them.
    faces.forEach((face) => {
      const follow = (event) => {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(face.svg.getScreenCTM().inverse());
        const line = face.plane.x;
        if (point.x >= line.start && point.x <= line.end) show(value(line, point.x));
      };
      face.svg.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse" || event.buttons) follow(event); });
      face.svg.addEventListener("pointerdown", follow);
    });

    // Which options, and along which axis.
    const boxes = all("[data-option]", at("reader"));
    boxes.forEach((box) => {
      const index = Number(box.dataset.option);
      box.checked = true;
      // Beyond eight options colours come again: then all of them stay.
      if (data.options.length > 8) { box.parentElement.hidden = true; return; }
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(index); else hidden.add(index);
        root.classList.toggle("hide" + index, !box.checked);
        show(current());
      });
    });
    if (data.options.length < 2) boxes.forEach((box) => { box.parentElement.hidden = true; });
    const arrange = () => {
      plots.forEach((plot, i) => { plot.box.hidden = i !== shown; });
      scale.hidden = plots.length < 2;
      if (plots.length > 1) scale.textContent = plots[1 - shown].faces[0].plane.x.log ? "Logarithmic axis" : "Linear axis";
    };
    scale.addEventListener("click", () => { const x = current(); shown = 1 - shown; arrange(); show(x); });
    arrange();
    at("reader").hidden = false;
    // Begin where the worst option is exceeded in one year of a hundred.
    const start = data.options.flatMap((option) => option.points.filter((point) => point[1] <= 0.01).slice(0, 1).map((point) => point[0]));
    const line = plane().x;
    const middle = value(line, (line.start + line.end) / 2);
    show(start.length ? Number((Math.max(...start) / data.unit).toPrecision(2)) * data.unit : middle);
  }
})();
