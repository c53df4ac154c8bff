// the column by which the table is sorted is a part of the address: it stays when the page is
// read again
const table = document.querySelector("table"), heads = [...table.tHead.rows[0].cells];
const value = cell => cell.dataset.value ? +cell.dataset.value : cell.textContent;
function sort() {
  const [name, down] = location.hash.slice(1).split("-");
  const at = heads.findIndex(head => head.textContent === name);
  for (const head of heads) {
    const link = head.querySelector("a"), own = link && head.textContent === name;
    if (link) link.hash = link.textContent + (own && !down ? "-down" : "");
    if (own) head.ariaSort = down ? "descending" : "ascending"; else head.ariaSort = null;
  }
  if (at < 0) return;
  const order = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b);
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => order(value(a.cells[at]), value(b.cells[at])) * (down ? -1 : 1));
  table.tBodies[0].append(...rows);
}
addEventListener("hashchange", sort);
sort();
const { state, written } = document.body.dataset;
document.querySelector("#stale").hidden = state !== "running" || Date.now() / 1000 - written < 60;
