# Sourced by the scripts beside it: the tools that tests and demos call, and how to get them.

# The package of the system that brings each program.
declare -A system_package=(
  [redis-server]=redis-server [prometheus]=prometheus [promtool]=prometheus [h2load]=nghttp2-client
  [protoc]=protobuf-compiler [grpc_python_plugin]=protobuf-compiler-grpc
)
buf_version=1.75.0
tools_folder="$PWD/artifacts/tools"

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
  if [[ "$("$tools_folder/node_modules/.bin/buf" --version 2> /dev/null)" != "$buf_version" ]]; then
    echo "== installing buf $buf_version"
    mkdir -p "$tools_folder"
    npm install --prefix "$tools_folder" --no-save --no-audit --no-fund --loglevel=error "@bufbuild/buf@$buf_version" > /dev/null
  fi
  export PATH="$tools_folder/node_modules/.bin:$PATH"
}
