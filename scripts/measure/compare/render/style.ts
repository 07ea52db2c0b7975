/** The report's look: light, dark and on paper; colours that differ for colour-blind eyes too. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c1f24; --soft: #555c66; --line: #d5d9df; --panel: #f5f6f8;
  --link: #0b57a4; --c0: #0072b2; --c1: #c25100; --c2: #00805c; --c3: #a94f86; --c4: #2f86c4; --c5: #97760a;
  --c6: #6b7280; --gain: #00805c; --cost: #c25100; }
@media (prefers-color-scheme: dark) { :root { --back: #14171c; --text: #e8eaed; --soft: #a9b1bc; --line: #363c45;
  --panel: #1d2127; --link: #7db7f0; --c0: #4fa8e0; --c1: #f08a4b; --c2: #3fc79a; --c3: #df8fc0; --c4: #8cc6ee;
  --c5: #d9b84a; --c6: #9aa3af; --gain: #3fc79a; --cost: #f08a4b; } }
@media print { :root { color-scheme: light; --back: #fff; --text: #000; --soft: #333; --line: #bbb; --panel: #fff;
  --c0: #0072b2; --c1: #c25100; --c2: #00805c; --c3: #a94f86; --c4: #2f86c4; --c5: #97760a; --c6: #6b7280; }
  fieldset { display: none } details::details-content { content-visibility: visible; height: auto }
  figure, table { break-inside: avoid } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.25rem 4rem; background: var(--back); color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0 } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
p, li { max-width: 46rem } .lead { font-size: 1.15rem; font-weight: 600 } .soft { color: var(--soft) }
fieldset { border: 0; padding: 0; margin: 0; display: flex; gap: 1rem; justify-content: flex-end }
body:has(#lang-en:checked) main[lang=es], body:has(#lang-es:checked) main[lang=en] { display: none }
figure { margin: 1rem 0 } figcaption { color: var(--soft) } svg { width: 100%; height: auto; display: block }
svg text { font: 12px system-ui, sans-serif; fill: var(--text); dominant-baseline: central }
svg .name { text-anchor: end } svg .tick { text-anchor: middle; fill: var(--soft) }
svg .grid { stroke: var(--line) } svg .interval { stroke: var(--text); stroke-width: 1.5; fill: none }
svg .curve { fill: none; stroke-width: 2.5 } svg .whole { fill: var(--c0) }
svg .gain { fill: var(--gain) } svg .cost { fill: var(--cost) }
${[0, 1, 2, 3, 4, 5, 6].map((n) => `.c${n} { fill: var(--c${n}); background: var(--c${n}) } .curve.c${n} { stroke: var(--c${n}); background: none }`).join('\n')}
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; margin: .25rem 0 }
.legend span { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -.05rem }
.scroll { overflow-x: auto; margin: .5rem 0 } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--soft); padding: .25rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .75rem .3rem 0; text-align: right; vertical-align: top }
th:first-child { text-align: left; font-weight: 500 } thead th { font-weight: 600 }
td { white-space: nowrap } td:last-child { white-space: normal }
summary { cursor: pointer; color: var(--link) }
`
