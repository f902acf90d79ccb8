/// How a page looks: light or dark as the reader's system is, on paper, and on a narrow screen.
enum PageStyle {
  /// The style sheet. Colours of series are those of Okabe and Ito, brighter ones in the dark.
  static var element: Markup { .element("style", [:], [sheet]) }

  /// What the drawings of a file of their own need of it.
  static var figureElement: Markup {
    .element(
      "style", [:],
      [
        .literal(
          """
          text{fill:#5a6068}.title{fill:#1c1e21}.strong{fill:#1c1e21;font-weight:700}
          .number{fill:#1c1e21}.axis{stroke:#8b929b}.grid{stroke:#dfe3e8}
          .reference{stroke:#1c1e21;stroke-dasharray:2 3}.curve{fill:none;stroke-width:2}
          """)
      ])
  }

  /// A drawing with the light theme's colours in the place of their names: programs that make
  /// figures of a paper out of it do not know those.
  static func withoutVariables(_ source: String) -> String {
    let colours = [
      "series-0": "#0072b2", "series-1": "#d55e00", "series-2": "#009e73", "series-3": "#b5548d",
      "series-4": "#3d9bd6", "series-5": "#c48600", "text": "#1c1e21", "faint": "#8b929b",
    ]
    return colours.reduce(source) { $0.replacing("var(--\($1.key))", with: $1.value) }
  }

  private static let sheet = Markup.literal(
    """
    :root{color-scheme:light dark;--page:#fff;--text:#1c1e21;--muted:#5a6068;--faint:#8b929b;
    --line:#dfe3e8;--panel:#f5f7f9;--series-0:#0072b2;--series-1:#d55e00;--series-2:#009e73;
    --series-3:#b5548d;--series-4:#3d9bd6;--series-5:#c48600;--accepted:#cfe6f5;--corrected:#ffd9b8}
    @media (prefers-color-scheme:dark){:root{--page:#15181c;--text:#e6e8ea;--muted:#a5acb4;
    --faint:#7d858f;--line:#30363d;--panel:#1d2228;--series-0:#56b4e9;--series-1:#ff9248;
    --series-2:#2cc295;--series-3:#e79ac6;--series-4:#f0e442;--series-5:#c9b6ff;
    --accepted:#173f5c;--corrected:#74380c}}
    *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    main{max-width:1000px;margin:0 auto;padding:20px 16px 48px}
    h1{font-size:1.55rem;line-height:1.25;margin:.4em 0;overflow-wrap:anywhere}
    h2{font-size:1.15rem;margin:1.9em 0 .3em}h2.run{font-size:1.35rem;margin-top:2.4em;
    border-bottom:2px solid var(--line);overflow-wrap:anywhere}h3{font-size:1rem;margin:1em 0 .3em}
    p{margin:.4em 0;color:var(--muted);overflow-wrap:anywhere}
    .findings{padding:.7em 1em .7em 2em;background:var(--panel);border-radius:8px}
    .findings li{margin:.25em 0;overflow-wrap:anywhere}
    figure{margin:.9em 0}svg{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}
    svg text{fill:var(--muted)}svg .title{fill:var(--text)}svg .strong{fill:var(--text);font-weight:700}
    svg .number{fill:var(--text)}svg .axis{stroke:var(--faint)}svg .grid{stroke:var(--line)}
    svg .reference{stroke:var(--text);stroke-dasharray:2 3}svg .curve{fill:none;stroke-width:2}
    .legend{display:flex;flex-wrap:wrap;gap:.2em 1.2em;font-size:.85rem;margin-top:.3em}
    .legend span{display:inline-flex;align-items:center;gap:.4em}.legend svg.key{width:26px;height:14px}
    .headline{padding:1em 1.2em;background:var(--panel);border-radius:8px;margin:.8em 0}
    .headline strong{font-size:2rem;line-height:1.2;color:var(--series-0)}.headline p{margin:.15em 0}
    nav{font-size:.9rem;margin:1em 0;display:flex;flex-wrap:wrap;gap:.3em 1.1em}nav p{width:100%}
    a{color:var(--series-0)}h2 a{color:inherit;text-decoration:none}
    section:target h2{outline:2px solid var(--series-0);outline-offset:4px}
    .table{overflow-x:auto;margin:.6em 0;background:linear-gradient(90deg,var(--page) 30%,transparent)
    0 0/40px 100% no-repeat local,linear-gradient(270deg,var(--page) 30%,transparent) 100% 0/40px 100%
    no-repeat local,linear-gradient(90deg,var(--line),transparent) 0 0/14px 100% no-repeat scroll,
    linear-gradient(270deg,var(--faint),transparent) 100% 0/14px 100% no-repeat scroll}table{border-collapse:collapse;font-size:.88rem;
    font-variant-numeric:tabular-nums}th,td{padding:.28em .6em;text-align:right;
    border-bottom:1px solid var(--line);white-space:nowrap}
    th{font-weight:600;vertical-align:bottom;white-space:normal}
    th:first-child,td:first-child{text-align:left;padding-left:0}
    @media (min-width:601px){td:last-child{white-space:normal;min-width:11em}}
    .words td{text-align:left;white-space:normal;overflow-wrap:anywhere}
    summary{cursor:pointer;color:var(--muted)}details{margin:.5em 0}
    .output{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.65 ui-monospace,Menlo,Consolas,
    "DejaVu Sans Mono",monospace;background:var(--panel);border-radius:8px;padding:.8em;margin:.4em 0}
    .output .prompt{color:var(--faint)}.a{background:var(--accepted)}
    .c{background:var(--corrected);font-weight:700}.o{text-decoration:underline dotted}
    .r:hover{outline:2px solid var(--series-0)}
    del{display:none;color:var(--series-1);text-decoration:line-through}
    .toggle:checked~* del{display:inline}.toggle+label{margin-left:.4em}
    @media (max-width:600px){main{padding:12px 10px 40px}svg.wide{font-size:17px}
    svg .number{display:none}table{font-size:.8rem}th,td{padding:.28em .45em}
    .words td:first-child{width:6.5em}}
    @media print{:root{--page:#fff;--text:#000;--muted:#333;--faint:#777;--line:#ccc;--panel:#fff;
    --series-0:#0072b2;--series-1:#d55e00;--series-2:#009e73;--series-3:#b5548d;--series-4:#3d9bd6;
    --series-5:#c48600;--accepted:#cfe6f5;--corrected:#ffd9b8}
    body{font-size:11pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    figure,tr{break-inside:avoid}h2{break-after:avoid}main{max-width:none;padding:0}}
    """)
}
