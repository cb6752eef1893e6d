// Looks at every NAME.yaml of a folder:
//   NAME.json      its documents, for tests that are not written in JavaScript
//   findings.json  what the models' own schemas say against them, one line each: types and required fields
//   NAME.ts        each document as a literal of its Kubernetes type, and tsconfig.json for tsc, which finds fields that no type has
// Arguments: the folder, and the folder of the tools with its node_modules.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const [folder, tools] = process.argv.slice(2);
const requireTool = createRequire(path.join(tools, "/"));
const yaml = requireTool("js-yaml");

// Kinds that a manifest may have; one that is not here fails, so that none passes unseen.
const modules = {
  "apps/v1 Deployment": "kubernetes-models/apps/v1/Deployment",
  "v1 ConfigMap": "kubernetes-models/v1/ConfigMap",
  "v1 Service": "kubernetes-models/v1/Service",
  "v1 PersistentVolumeClaim": "kubernetes-models/v1/PersistentVolumeClaim",
  "monitoring.coreos.com/v1 ServiceMonitor": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor",
};

const findings = [];
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
  const name = path.basename(file, ".yaml");
  const documents = yaml.loadAll(fs.readFileSync(path.join(folder, file), "utf8")).filter((it) => it !== null && it !== undefined);
  fs.writeFileSync(path.join(folder, name + ".json"), JSON.stringify(documents));

  const lines = [];
  documents.forEach((document, at) => {
    const kind = document.kind;
    const module = modules[`${document.apiVersion} ${kind}`];
    if (module === undefined) {
      findings.push(`${name}: no model for ${document.apiVersion} ${kind}`);
      return;
    }
    try {
      new (requireTool(module)[kind])(document).validate();
    } catch (error) {
      findings.push(`${name}: ${kind} ${document.metadata.name}: ${error.message}`);
    }
    lines.push(`import { I${kind} as T${at} } from ${JSON.stringify(module)};`);
    lines.push(`export const m${at}: T${at} = ${JSON.stringify(document, null, 1)};`);
  });
  fs.writeFileSync(path.join(folder, name + ".ts"), lines.join("\n"));
}

fs.writeFileSync(path.join(folder, "findings.json"), JSON.stringify(findings));
fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({
  compilerOptions: {
    noEmit: true, strict: true, skipLibCheck: true, target: "es2020", module: "commonjs", moduleResolution: "node", types: [],
    baseUrl: path.join(tools, "node_modules"),
  },
  include: ["*.ts"],
}));
