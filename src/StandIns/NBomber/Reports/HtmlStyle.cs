namespace NBomber.Reports;

/// <summary>How the page looks, by day and by night.</summary>
internal static class HtmlStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--page:#f5f6f8;--sheet:#fff;--ink:#1c2430;--soft:#5b6675;--rule:#dfe3e8;--latency:#1d5fd1;--service:#c4620a;--ok:#2b8a57;--fail:#c62f3b;--planned:#6b7280;--step1:#7a3fb8;--step2:#0f7f86;--step3:#9a6b12;--good:#1f7a49;--bad:#b3222f;--care:#8a5a00}
        @media (prefers-color-scheme:dark){:root{--page:#12161c;--sheet:#1a2028;--ink:#e6eaf0;--soft:#9aa5b4;--rule:#2d3641;--latency:#6ea4ff;--service:#f5a04c;--ok:#58c48a;--fail:#ff6f7a;--planned:#9aa5b4;--step1:#c79bff;--step2:#5ccdd4;--step3:#d9b25c;--good:#58c48a;--bad:#ff6f7a;--care:#f0b64a}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
        header,section{background:var(--sheet);border:1px solid var(--rule);border-radius:12px;padding:22px 26px;margin-bottom:20px}
        header{border-left:8px solid var(--care)}
        header.passed{border-left-color:var(--good)}
        header.failed,header.invalid,header.thresholdfailed{border-left-color:var(--bad)}
        h1{font-size:26px;margin:0 0 10px;line-height:1.2}
        h2{font-size:20px;margin:0 0 2px}
        h3{font-size:15px;margin:26px 0 8px}
        .suite,.load{margin:0 0 4px;color:var(--soft)}
        .verdict{margin:0}
        .badge{display:inline-block;font-weight:700;letter-spacing:.04em;padding:2px 12px;border-radius:999px;border:2px solid var(--care);color:var(--care);margin-right:6px}
        .passed .badge{border-color:var(--good);color:var(--good)}
        .failed .badge,.invalid .badge,.thresholdfailed .badge{border-color:var(--bad);color:var(--bad)}
        header ul{margin:10px 0 0;padding-left:20px}
        .warnings{color:var(--care)}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:16px 0 8px}
        .card{border:1px solid var(--rule);border-radius:10px;padding:10px 14px;display:flex;flex-direction:column}
        .card span{color:var(--soft);font-size:13px}
        .card b{font-size:22px;font-variant-numeric:tabular-nums;line-height:1.35}
        .card.bad b{color:var(--bad)}
        figure{margin:26px 0 0}
        figcaption{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center;margin-bottom:6px}
        figcaption b{margin-right:auto}
        .key{display:inline-flex;align-items:center;gap:6px;color:var(--soft);font-size:13px}
        .key svg{width:26px;height:10px}
        figure>svg{width:100%;height:auto;display:block}
        .grid{stroke:var(--rule);stroke-width:1}
        .mark{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
        .axis{fill:var(--soft);font-size:12px}
        .line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .dot{fill:currentColor;stroke:none}
        .area{fill:currentColor;opacity:.12;stroke:none}
        .ok{color:var(--ok)}.fail{color:var(--fail)}.latency{color:var(--latency)}.service{color:var(--service)}
        .step1{color:var(--step1)}.step2{color:var(--step2)}.step3{color:var(--step3)}
        .planned{color:var(--planned);stroke-dasharray:6 5}
        .half{stroke-width:1.5;stroke-dasharray:2 4}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
        th,td{padding:6px 10px;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top}
        thead th{color:var(--soft);font-weight:600;white-space:nowrap}
        tbody th{font-weight:500;text-align:left;min-width:210px}
        thead th:first-child{text-align:left}
        tbody tr:last-child>*{border-bottom:0}
        .facts td{text-align:left}.facts th{color:var(--soft);min-width:120px;width:160px}
        tr.better td:last-child{color:var(--good);font-weight:700}tr.worse td:last-child{color:var(--bad);font-weight:700}tr.noise td{color:var(--soft)}
        .comparison :is(th,td):nth-child(2){text-align:left}
        @media print{body{background:none}header,section{break-inside:avoid-page;border-color:#999}}
        """;
}
