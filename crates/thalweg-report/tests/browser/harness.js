"use strict";

// What must be true of every page, looked at from outside in frames of given widths, with scripts
// and without. What is not is written into the page, one line a fault.

const least = 4.5; // contrast of text, WCAG 2.2, 1.4.3

function frame(page, width, hasScripts) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:800px;border:0`;
  if (!hasScripts) frame.sandbox = "allow-same-origin";
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  frame.src = page;
  document.body.append(frame);
  return loaded.then(() => frame);
}

function faults(frame, hasScripts, isDark) {
  const page = frame.contentDocument;
  const view = frame.contentWindow;
  return [
    ...overflow(page),
    ...hidden(page, view),
    ...theme(page, view, isDark),
    ...illegible(page, view),
    ...(hasScripts ? [...hover(page, view), ...sorting(page)] : still(page)),
    ...skipping(page),
  ];
}

function overflow(page) {
  const width = page.documentElement.clientWidth;
  const found = [];
  if (page.documentElement.scrollWidth > width) found.push(`overflow: ${page.documentElement.scrollWidth} in ${width}`);
  for (const one of page.querySelectorAll("body *:not(svg *)")) {
    if (one.parentElement.closest(".scroll") || one.closest(".skip, script")) continue;
    const box = one.getBoundingClientRect();
    if (box.width > 0 && (box.right > width + 1 || box.left < -1)) found.push(`outside: <${one.tagName} ${one.className}> ${box.left} to ${box.right}`);
  }
  return found;
}

function hidden(page, view) {
  const figures = [...page.querySelectorAll("figure")];
  // The page of the evidence is the only one of claims alone.
  const isEvidence = page.querySelector("#claims") !== null;
  const found = figures.length === 0 && !isEvidence ? ["no figures"] : [];
  for (const figure of figures) {
    const svg = figure.querySelector("svg");
    const box = svg.getBoundingClientRect();
    const style = view.getComputedStyle(svg);
    const isSeen = box.width > 200 && box.height > 100 && style.visibility === "visible" && style.opacity === "1";
    if (!isSeen) found.push(`hidden: ${figure.id} ${box.width} × ${box.height}`);
    if (!figure.querySelector("h3").textContent.trim()) found.push(`untitled: ${figure.id}`);
    if (!svg.getAttribute("aria-label") && !svg.querySelector("title")) found.push(`unnamed: ${figure.id}`);
  }
  return found;
}

const parts = (colour) => colour.match(/[\d.]+/g).map(Number);

function theme(page, view, isDark) {
  const ground = view.getComputedStyle(page.body).backgroundColor;
  const found = [];
  if ((luminance(parts(ground)) < 0.2) !== isDark) found.push(`theme: the ground is ${ground}`);
  for (const sheet of page.querySelectorAll("figure svg > rect")) {
    const fill = view.getComputedStyle(sheet).fill;
    if (fill !== ground) found.push(`theme: a figure on ${fill}`);
  }
  return found;
}

function luminance([red, green, blue]) {
  const linear = (part) => (part <= 10.31475 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function illegible(page, view) {
  const found = new Set();
  const grounds = new Map();
  const ground = (one) => {
    if (!one) return [255, 255, 255];
    if (!grounds.has(one)) {
      const colour = parts(view.getComputedStyle(one).backgroundColor);
      grounds.set(one, colour.length === 3 || colour[3] === 1 ? colour : ground(one.parentElement));
    }
    return grounds.get(one);
  };
  for (const one of page.querySelectorAll("body *")) {
    const speaks = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!speaks || one.closest("script, title, desc")) continue;
    const isSvg = one.ownerSVGElement;
    const style = view.getComputedStyle(one);
    const words = parts(isSvg ? style.fill : style.color);
    const found_contrast = contrast(words, ground(isSvg ? one.ownerSVGElement : one));
    if (found_contrast < least) found.add(`illegible: <${one.tagName} ${one.className}> ${found_contrast.toFixed(2)}`);
  }
  return [...found];
}

// The pointer is moved over a figure until something answers.
function hover(page, view) {
  const found = [];
  for (const plot of page.querySelectorAll(".plot")) {
    const tip = plot.querySelector(".tip");
    const svg = plot.querySelector("svg");
    const name = plot.parentElement.id;
    if (!tip) {
      found.push(`hover: ${name} has nothing to say`);
      continue;
    }
    svg.scrollIntoView();
    const box = svg.getBoundingClientRect();
    const move = (x, y) => svg.dispatchEvent(new view.PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true }));
    let said = "";
    for (let down = 0; down < 20 && !said; down += 1) {
      for (let across = 0; across < 20 && !said; across += 1) {
        move(box.left + (box.width * across) / 20, box.top + (box.height * down) / 20);
        if (!tip.hidden) said = tip.textContent;
      }
    }
    const shown = tip.getBoundingClientRect();
    if (!/\d/.test(said)) found.push(`hover: ${name} says “${said}”`);
    if (shown.width === 0 || shown.left < -1 || shown.right > page.documentElement.clientWidth + 1) found.push(`hover: ${name} at ${shown.left} to ${shown.right}`);
    svg.dispatchEvent(new view.PointerEvent("pointerleave", { pointerType: "mouse" }));
    if (!tip.hidden) found.push(`hover: ${name} stays`);
    const press = (key) => svg.dispatchEvent(new view.KeyboardEvent("keydown", { key, cancelable: true }));
    svg.focus();
    if (page.activeElement !== svg) found.push(`keyboard: ${name} is not reached`);
    press("ArrowRight");
    const first = tip.textContent;
    if (tip.hidden || !first) found.push(`keyboard: ${name} says nothing`);
    press("Escape");
    if (!tip.hidden) found.push(`keyboard: ${name} stays`);
  }
  return found;
}

function sorting(page) {
  const row = page.querySelector("tr.sortable");
  if (!row) return [];
  const order = () => [...row.closest("table").tBodies[0].rows].map((one) => one.textContent).join();
  const before = order();
  const button = row.cells[row.cells.length - 1].querySelector("button");
  button.click();
  const once = order();
  button.click();
  return order() === once || row.querySelectorAll("[aria-sort]").length !== 1 ? [`sorting: ${before === once}`] : [];
}

// Without scripts points keep their titles, and every detail can be opened.
function still(page) {
  const found = [];
  if (page.querySelector(".tip, th button")) found.push("scripts ran");
  for (const svg of page.querySelectorAll("figure svg")) {
    const notes = [...svg.querySelectorAll(".hit title")];
    if (!notes.some((note) => /\d/.test(note.textContent))) found.push("a figure without titles");
  }
  for (const one of page.querySelectorAll("details")) {
    one.open = true;
    if (one.lastElementChild.getBoundingClientRect().height === 0) found.push("a detail that does not open");
  }
  return [...found, ...overflow(page)];
}

function skipping(page) {
  const link = page.querySelector(".skip");
  link.focus();
  const box = link.getBoundingClientRect();
  const isShown = box.left >= 0 && box.width > 0;
  const target = page.querySelector(link.getAttribute("href"));
  return isShown && target.tagName === "MAIN" ? [] : ["the skip link does not appear"];
}

async function examine(pages, isDark) {
  const lines = [];
  for (const page of pages) {
    for (const width of [1280, 390]) {
      for (const hasScripts of [true, false]) {
        const one = await frame(page, width, hasScripts);
        const name = `${page} at ${width}${hasScripts ? "" : " without scripts"}`;
        lines.push(`looked at: ${name}`, ...faults(one, hasScripts, isDark).map((fault) => `${name}: ${fault}`));
        one.remove();
      }
    }
  }
  return lines;
}
