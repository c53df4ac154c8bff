"""How the page of a batch looks, and the sorting of its table."""

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d8dee4;
  --panel: #f6f8fa; --link: #0550ae; --good: #2da44e; --same: #8ccf9f; --bad: #cf222e;
  --busy: #218bff; --wait: #d8dee4; --odd: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --soft: #9198a1;
  --line: #30363d; --panel: #161b22; --link: #79c0ff; --good: #3fb950; --same: #26713a;
  --bad: #f85149; --busy: #58a6ff; --wait: #30363d; --odd: #d29922; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem; background: var(--back);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { display: inline; font-size: 1.4rem; margin-right: .7rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .4rem; }
a { color: var(--link); }
small, header p, summary { color: var(--soft); }
header p { margin: .4rem 0; }
.state { display: inline-block; padding: 0 .7rem; border-radius: 1rem; background: var(--panel);
  border: 1px solid var(--line); font-weight: 600; }
[data-state=running] .state { color: var(--busy); border-color: currentColor; }
[data-state=finished] .state { color: var(--good); border-color: currentColor; }
.bar { display: flex; height: .9rem; margin: .8rem 0 .4rem; border-radius: .45rem;
  overflow: hidden; background: var(--wait); }
.bar span { min-width: 2px; background: var(--wait); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; padding: 0;
  list-style: none; }
.legend span { display: inline-block; width: .8rem; height: .8rem; margin-right: .45rem;
  border-radius: .2rem; vertical-align: -.05rem; background: var(--wait); }
.bar .done, .legend .done { background: var(--good); }
.bar .up-to-date, .legend .up-to-date { background: var(--same); }
.bar .failed, .legend .failed { background: var(--bad); }
.bar .running, .legend .running { background: var(--busy); }
section { margin: 1.2rem 0; padding: .8rem 1rem; background: var(--panel);
  border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: .4rem; }
.errors { border-left-color: var(--bad); }
.outliers { border-left-color: var(--odd); }
section ul { margin: 0; padding-left: 1.1rem; max-height: 40vh; overflow: auto; }
pre { margin: 0 0 .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
#stale { color: var(--bad); font-weight: 600; }
table { width: 100%; margin-top: 1.4rem; border-collapse: collapse; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--back); white-space: nowrap; }
thead a { color: inherit; text-decoration: none; }
thead a:hover { text-decoration: underline; }
tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 12rem; }
td summary { cursor: pointer; color: var(--text); }
tbody tr:hover { background: var(--panel); }
.odd > :first-child { box-shadow: inset 4px 0 var(--odd); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.word { white-space: nowrap; }
.word.done { color: var(--good); }
.word.failed { color: var(--bad); font-weight: 600; }
.word.running { color: var(--busy); font-weight: 600; }
.word.up-to-date, .word.to-come, .word.not-run { color: var(--soft); }
img { display: block; width: 15rem; max-height: 12rem; object-fit: contain; object-position: 0 0;
  background: #fff; border-radius: .2rem; }
body > details { margin: .8rem 0; }
dl { margin: .4rem 0 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .3rem 1rem; overflow-wrap: anywhere; }
@media (max-width: 60rem) { body { padding: .8rem; } th, td { padding: .3rem; }
  tbody th { min-width: 7rem; } img { width: 8rem; } td { overflow-wrap: anywhere; } }
.unseen { position: absolute; clip-path: inset(50%); }
"""

# the column by which the table is sorted is a part of the address, and so stays when it is read
# again
SCRIPT = """
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
"""
