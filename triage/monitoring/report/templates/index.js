(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  for (const figure of document.querySelectorAll("figure")) {
    const points = [...figure.querySelectorAll(".hit")], readout = figure.querySelector(".readout");
    if (!points.length) continue;
    let at = points.length - 1;
    const show = (next, speak) => {
      points[at].classList.remove("on");
      at = Math.max(0, Math.min(points.length - 1, next));
      points[at].classList.add("on");
      readout.setAttribute("aria-live", speak ? "polite" : "off");
      readout.textContent = points[at].querySelector("title").textContent;
    };
    const plot = figure.querySelector(".plot-area");
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", plot.dataset.label + ". " + words.help);
    plot.addEventListener("keydown", event => {
      const moves = {ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: points.length - 1};
      if (event.key in moves) { show(moves[event.key], true); event.preventDefault(); }
      else if (event.key === "Enter") { const link = points[at].closest("a"); if (link) location.href = link.getAttribute("href"); }
    });
    plot.addEventListener("focus", () => show(at, true));
    plot.addEventListener("pointermove", event => { const index = points.indexOf(event.target); if (index >= 0) show(index, false); });
    plot.addEventListener("pointerleave", () => points[at].classList.remove("on"));
  }
  const table = document.querySelector("#runs table");
  if (!table) return;
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const value = (row, column) => { const cell = row.cells[column]; return cell.dataset.v === undefined ? cell.textContent : cell.dataset.v === "" ? -Infinity : +cell.dataset.v; };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = words.sort.replace("{column}", head.textContent);
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") !== "descending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const rows = [...body.rows].map(row => [value(row, column), row]);
      rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (falls ? -1 : 1));
      body.append(...rows.map(([, row]) => row));
    });
  });
})();
