"""Tables for the terminal and for docs/PERFORMANCE.md, and the baseline that later runs are compared with."""
import json

from .cases import CASES
from .stage import ROOT
from .targets import standing

PAGE = ROOT / "docs/PERFORMANCE.md"
BASELINE = ROOT / "tests/bench/baseline.json"
BEGIN, END = "<!-- begin: written by tests/bench/run -->", "<!-- end: written by tests/bench/run -->"
FLOODS_BEGIN, FLOODS_END = "<!-- begin: written by tests/bench/flood -->", "<!-- end: written by tests/bench/flood -->"
WORSE = 0.10
BASE_OF = {case.name: case.base for case in CASES}
TITLE_OF = {case.name: case.title for case in CASES}
COLUMNS = [
    ("req/s", "rate", "{:,.0f}"), ("CPU µs", "cpu_us", "{:.1f}"), ("p50 ms", "p50", "{:.2f}"), ("p99 ms", "p99", "{:.2f}"), ("p99.9 ms", "p999", "{:.2f}"),
    ("RSS MB", "rss_mb", "{:.0f}"), ("B/req", "bytes_per_request", "{:.0f}"), ("gen2", "gen2", "{:.0f}"), ("locks", "contentions", "{:.0f}"),
]


def _rows(name, case):
    base = case["results"].get(BASE_OF[name], {}).get("cpu_us")
    yield ["gateway", *(title for title, _, _ in COLUMNS), f"CPU / {BASE_OF[name]}"]
    for gateway, row in case["results"].items():
        ratio = f"{row['cpu_us'] / base:.2f}" if base else ""
        yield [gateway, *(shape.format(row[field]) if field in row else "" for _, field, shape in COLUMNS), ratio]
    for gateway in case["failed"]:
        yield [gateway, "not started", *[""] * len(COLUMNS)]


def _lines(case):
    yield ["what", "measured", "wanted at most"]
    for line in case["lines"]:
        yield [line["what"], f"{line['value']:,.2f} {line['unit']}", "" if line["wanted"] is None else f"{line['wanted']:g} {line['unit']}"]


def _table(name, case):
    return list(_lines(case) if "lines" in case else _rows(name, case))


def show(name, case):
    """The case's table on the terminal."""
    print(f"\n{name}: {TITLE_OF.get(name, 'loading and memory')}")
    lay_out(_table(name, case))


def lay_out(table):
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print("  " + "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))))
    print(end="", flush=True)


def show_standing(cases):
    rows = standing(cases)
    if rows:
        print("\ntargets")
    for what, measured, wanted, met in rows:
        print(f"  {'met   ' if met else 'MISSED'}  {what}: {measured}, wanted at most {wanted}")


def _markdown(table):
    header, *rows = table
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *("| " + " | ".join(row) + " |" for row in rows)]


def load_baseline():
    return json.loads(BASELINE.read_text()) if BASELINE.exists() else {"cases": {}}


def write(cases, machine, date, command):
    """Puts the measured cases into the baseline and writes the page's generated part anew; what stands outside the marks stays."""
    known = load_baseline()["cases"]
    for name, case in cases.items():
        known[name] = {**case, "date": date, "machine": machine, "command": command}
    BASELINE.write_text(json.dumps({"cases": known}, indent=1, ensure_ascii=False) + "\n")

    text = [BEGIN, "", "## Against the targets", ""]
    text += _markdown([["what", "measured", "wanted at most", ""], *([*row[:3], "met" if row[3] else "missed"] for row in standing(known))])
    text += ["", "## Cases", ""]
    for name, case in known.items():
        text += [f"### {name}: {TITLE_OF.get(name, 'loading and memory')}", "", f"{case['date']}, {case['machine']}: `{case['command']}`", "", *_markdown(_table(name, case)), ""]
    text += [END]
    _replace(text)


def _replace(text):
    """Puts lines, of which the first and the last are marks, in place of what stands on the page between such marks."""
    head, rest = PAGE.read_text().split(text[0], 1)
    PAGE.write_text(head + "\n".join(text) + rest.split(text[-1], 1)[1])


def write_floods(table, machine, date, command):
    """The part of the page that tests/bench/flood writes."""
    _replace([FLOODS_BEGIN, "", f"{date}, {machine}: `{command}`", "", *_markdown(table), "", FLOODS_END])


def compare(cases):
    """Prints what is worse than the baseline by more than the tolerance and gives its number. Ratios are compared, not the machine's figures."""
    known, worse = load_baseline()["cases"], 0
    for name, case in cases.items():
        before = known.get(name)
        if before is None:
            continue
        for gateway in (gateway for gateway in case.get("results", {}) if gateway.startswith("mesh") and gateway in before["results"]):
            base = BASE_OF[name]
            for field in ("cpu_us", "bytes_per_request"):
                now, then = case["results"][gateway].get(field), before["results"][gateway].get(field)
                if field == "cpu_us" and base in before["results"] and base in case["results"]:
                    now, then = now / case["results"][base][field], then / before["results"][base][field]
                if now is not None and then and now > then * (1 + WORSE):
                    worse += 1
                    print(f"worse: {name}, {gateway}: {field} {now:.2f} after {then:.2f}")
        earlier = {line["what"]: line["value"] for line in before.get("lines", [])}
        for line in case.get("lines", []):
            then = earlier.get(line["what"])
            if line["wanted"] is not None and then and line["value"] > then * (1 + WORSE):
                worse += 1
                print(f"worse: {name}: {line['what']}: {line['value']:.2f} {line['unit']} after {then:.2f}")
    print("worse than the baseline: " + (str(worse) if worse else "nothing"))
    return worse
