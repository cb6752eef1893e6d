// Makes the table of values in the chart's README.md from the "# --" comments of its values.yaml.
//   node eng/chart-readme.cjs          writes README.md anew
//   node eng/chart-readme.cjs --check  says, with exit code 1, when README.md is not what would be written
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const root = path.join(__dirname, "..");
const yaml = createRequire(path.join(root, "artifacts/tools/"))("js-yaml");
const chart = path.join(root, "helm/verify-gateway");

// The key of each "# --" comment, by the indentation of the key on the next line.
function documented(text) {
  const rows = [];
  const parents = [];
  let comment = null;
  for (const line of text.split("\n")) {
    const key = /^( *)([\w.\/-]+):/.exec(line);
    if (/^ *# -- /.test(line)) {
      comment = line.replace(/^ *# -- /, "");
    } else if (key) {
      parents.length = key[1].length / 2;
      parents.push(key[2]);
      if (comment !== null) rows.push({ path: [...parents], comment });
      comment = null;
    }
  }
  return rows;
}

function leaves(value, at = []) {
  const isBranch = value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0;
  return isBranch ? Object.keys(value).flatMap((key) => leaves(value[key], [...at, key])) : [at];
}

const text = fs.readFileSync(path.join(chart, "values.yaml"), "utf8");
const values = yaml.load(text);
const rows = documented(text);
const bare = leaves(values).filter((leaf) => !rows.some((row) => row.path.every((key, depth) => key === leaf[depth])));
if (bare.length > 0) {
  console.error(`values.yaml has no "# --" comment for ${bare.map((leaf) => leaf.join(".")).join(", ")}`);
  process.exit(1);
}

const table = ["| value | default | what it is |", "|---|---|---|"];
for (const row of rows) {
  const value = row.path.reduce((at, key) => at[key], values);
  table.push(`| \`${row.path.join(".")}\` | ${value === "" ? "" : `\`${JSON.stringify(value).replace(/^"(.*)"$/, "$1")}\``} | ${row.comment} |`);
}

const file = path.join(chart, "README.md");
const before = fs.readFileSync(file, "utf8");
const after = before.replace(/(<!-- values -->\n)[^]*(<!-- \/values -->)/, (_, start, end) => start + table.join("\n") + "\n" + end);
if (process.argv.includes("--check")) {
  if (after !== before) {
    console.error("helm/verify-gateway/README.md is not what values.yaml says; run: node eng/chart-readme.cjs");
    process.exit(1);
  }
} else {
  fs.writeFileSync(file, after);
}
