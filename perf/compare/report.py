"""The table, the figures and the chart of a comparison."""
import html, json, statistics

COLOURS = {"gateway": "#c2410c", "echo": "#1d4ed8", "bare": "#1d4ed8"}
OTHERS = "#64748b"


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def column(rounds, name, what):
    return [it[name][what] for it in rounds]


def ratios(rounds, name, to):
    """Of the two in the same round: what slows a round slows both."""
    return [it[name]["cpu_us"] / it[to]["cpu_us"] for it in rounds]


def per_check(rounds, way):
    """Verdicts of a batch or a stream for the processor time of one check by itself."""
    return [it["gateway"]["cpu_us"] / it["gateway"][f"{way}_cpu_us"] for it in rounds]


def table(rounds, labels, versions, missing):
    lines = ["| | version | server CPU per request, µs | ÷ CPU of a check | ÷ CPU of the empty echo | requests per second | mean latency under that load, ms | one call at a time: median, µs | 99 of 100 within, µs |",
             "|---|---|---|---|---|---|---|---|---|"]
    for name, label in labels.items():
        if name in missing:
            lines.append(f"| {label} | missing: {missing[name]} | | | | | | | |")
            continue
        lines.append(f"| {label} | {versions[name]} | {spread(column(rounds, name, 'cpu_us'))} | {spread(ratios(rounds, name, 'gateway'))} | {spread(ratios(rounds, name, 'echo'))} "
                     f"| {spread(column(rounds, name, 'per_second'), 0)} | {spread([it / 1e3 for it in column(rounds, name, 'mean_us')])} "
                     f"| {spread(column(rounds, name, 'alone_p50_us'), 0)} | {spread(column(rounds, name, 'alone_p99_us'), 0)} |")
    return lines


def figures(rounds, labels, versions, missing, facts):
    """All rounds, and what was made of them."""
    def summary(name):
        columns = {key: column(rounds, name, key) for key in rounds[0][name]}
        columns |= {"to_gateway": ratios(rounds, name, "gateway"), "to_echo": ratios(rounds, name, "echo")}
        return {what: {"min": min(values), "median": statistics.median(values), "max": max(values)} for what, values in columns.items()}

    return json.dumps({
        "facts": facts, "versions": versions, "missing": missing, "rounds": rounds, "ratios": ratios(rounds, "gateway", "echo"),
        "peers": {name: summary(name) for name in labels if name not in missing},
    }, indent=1, ensure_ascii=False) + "\n"


def step_of(most):
    """The smallest round step that divides the axis into at most eight."""
    step = 1
    while most / step > 8:
        step = step * 2 if str(step)[0] != "2" else step * 5 // 2
    return step


def chart(rounds, labels, missing, facts):
    """Bars of server CPU per request: the median, its spread as a line from the least to the most."""
    left, bars, right, top, row = 250, 470, 180, 92, 40
    most = max(max(column(rounds, name, "cpu_us")) for name in labels if name not in missing)
    step = step_of(most)
    base = top + row * len(labels)
    width, height = left + bars + right, base + 74

    def x(value):
        return left + value / most * bars

    def text(at, y, words, more=""):
        return f'<text x="{at:.1f}" y="{y:.1f}" {more}>{html.escape(words)}</text>'

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title" '
        'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="13" fill="#0f172a">',
        '<title id="title">Server CPU per request of a status check and of what one would use instead</title>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        text(20, 34, "Server CPU per request, microseconds (less is better)", 'font-size="18" font-weight="600"'),
        text(20, 56, f"Bar: median of {len(rounds)} rounds in turn; line: least to most. {facts['load']}.", 'fill="#475569"'),
        text(20, 74, facts["machine"], 'fill="#475569"')]
    for number in range(int(most / step) + 1):
        at = x(number * step)
        out.append(f'<line x1="{at:.1f}" y1="{top}" x2="{at:.1f}" y2="{base}" stroke="#e2e8f0"/>')
        out.append(text(at, base + 18, f"{number * step:g}", 'text-anchor="middle" fill="#475569"'))
    for number, (name, label) in enumerate(labels.items()):
        middle = top + row * number + row / 2
        bold = ' font-weight="600"' if name == "gateway" else ""
        out.append(text(left - 10, middle + 4.5, label, 'text-anchor="end"' + bold))
        if name in missing:
            out.append(text(left + 6, middle + 4.5, "not measured: missing", 'fill="#475569" font-style="italic"'))
            continue
        values = column(rounds, name, "cpu_us")
        median, least, greatest = statistics.median(values), min(values), max(values)
        out.append(f'<rect x="{left}" y="{middle - 11:.1f}" width="{x(median) - left:.1f}" height="22" rx="2" fill="{COLOURS.get(name, OTHERS)}"/>')
        # White under the line, so that it shows on the bar as well as beside it.
        path = f"M{x(least):.1f} {middle - 5:.1f}v10M{x(least):.1f} {middle:.1f}H{x(greatest):.1f}M{x(greatest):.1f} {middle - 5:.1f}v10"
        out.append(f'<path d="{path}" stroke="#ffffff" stroke-width="4" fill="none"/><path d="{path}" stroke="#0f172a" stroke-width="1.5" fill="none"/>')
        ratio = "" if name == "gateway" else f"{statistics.median(ratios(rounds, name, 'gateway')):.2f} × a check"
        out.append(f'<text x="{x(greatest) + 10:.1f}" y="{middle + 4.5:.1f}"><tspan font-weight="600">{median:.2f}</tspan><tspan dx="10" fill="#475569">{ratio}</tspan></text>')
    out.append(f'<line x1="{left}" y1="{top}" x2="{left}" y2="{base}" stroke="#0f172a"/>')
    out.append(text(20, base + 44, "The echoes do no work: they read a message and write another.", 'fill="#475569"'))
    out.append(text(20, base + 62, "Who uses etcd or Redis still has to decide: a check reads two records and applies the rules.", 'fill="#475569"'))
    return "\n".join([*out, "</svg>", ""])
