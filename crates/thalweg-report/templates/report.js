"use strict";

// Without this script the page is complete: it adds sorting, values at the pointer, and downloads
// that work when the page has been moved away from its figures.

for (const plot of document.querySelectorAll(".plot")) {
  const svg = plot.querySelector("svg");
  const picture = svg.outerHTML;
  const link = plot.parentElement.querySelector(".download");
  link?.addEventListener("click", () => {
    const file = new Blob([picture], { type: "image/svg+xml" });
    link.href = URL.createObjectURL(file);
  });

  // Titles show as slow bubbles of the browser; the same words are shown at once below.
  const points = [...svg.querySelectorAll(".hit")].map((hit) => {
    const note = hit.querySelector("title").textContent;
    const at = (name) => hit[name].baseVal.value;
    hit.remove();
    return { x: at("cx"), y: at("cy"), reach: at("r"), note };
  });
  const heading = svg.querySelector("title");
  svg.setAttribute("aria-label", heading.textContent);
  svg.removeAttribute("aria-labelledby");
  heading.remove();
  if (points.length === 0) continue;

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  plot.append(tip);
  const ring = document.createElementNS(svg.namespaceURI, "circle");
  ring.setAttribute("class", "ring");

  const hide = () => {
    tip.hidden = true;
    ring.remove();
  };
  const show = (point) => {
    ring.setAttribute("cx", point.x);
    ring.setAttribute("cy", point.y);
    ring.setAttribute("r", point.reach);
    svg.append(ring);
    tip.textContent = point.note;
    tip.hidden = false;
    const scale = svg.clientWidth / svg.viewBox.baseVal.width;
    const [x, y] = [point.x * scale, point.y * scale];
    const left = Math.min(Math.max(x - tip.offsetWidth / 2, 0), plot.clientWidth - tip.offsetWidth);
    const above = y - tip.offsetHeight - 14;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 0 ? above : y + 14}px`;
  };

  const nearest = (event) => {
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    const distance = (point) =>
      Math.hypot(point.x * scale - (event.clientX - box.left), point.y * scale - (event.clientY - box.top));
    const closest = points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
    return distance(closest) < 30 ? closest : null;
  };
  const follow = (event) => {
    const point = nearest(event);
    if (point) show(point);
    else hide();
  };
  svg.addEventListener("pointermove", follow);
  svg.addEventListener("pointerdown", follow);
  svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") hide();
  });

  // One stop of the tab key a figure; arrows go from point to point.
  let current = -1;
  svg.setAttribute("tabindex", "0");
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (!step) return;
    event.preventDefault();
    current = current < 0 && step < 0 ? points.length - 1 : (current + step + points.length) % points.length;
    show(points[current]);
  });
  svg.addEventListener("blur", hide);
}

for (const row of document.querySelectorAll("tr.sortable")) {
  const body = row.closest("table").tBodies[0];
  [...row.cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      const descending = cell.getAttribute("aria-sort") === "ascending";
      for (const other of row.cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(body, column, descending);
    });
  });
}

// Cells without a value stay below, whichever way the others are sorted.
function sort(body, column, descending) {
  const key = (row) => {
    const cell = row.cells[column];
    if (!cell.classList.contains("number")) return cell.textContent;
    return cell.dataset.key === undefined ? null : Number(cell.dataset.key);
  };
  const rows = [...body.rows].map((row) => ({ row, key: key(row) }));
  const sign = descending ? -1 : 1;
  rows.sort((one, other) => {
    if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
    if (typeof one.key === "number") return sign * (one.key - other.key);
    return sign * one.key.localeCompare(other.key);
  });
  body.append(...rows.map((one) => one.row));
}
