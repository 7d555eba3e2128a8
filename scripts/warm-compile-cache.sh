#!/bin/sh
# Fills Node's compile cache ($NODE_COMPILE_CACHE) for the container image: it starts the service, with everything that
# it may load later, and each command. The image's build runs it as the user that will run tamis.
set -eu
cd "$(dirname "$NODE_COMPILE_CACHE")"
state=${STATE_DIRECTORY:?}
cat > "$state/warm.yml" <<Y
listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }
hosts: [{ name: "*", rules: [common, router] }]
digests: [{ name: warm, schedule: "* * * * * *", send: always }]
mail: stdout
stateDirectory: $state
Y
tamis() { command=$1; shift; node src/main.ts "$command" "$@" -c "$state/warm.yml"; }

node src/main.ts serve -c "$state/warm.yml" > "$state/digests" 2> "$state/log" &
service=$!
# With the first digest, all code has run once.
until [ -s "$state/digests" ]; do
  kill -0 "$service" || { cat "$state/log" >&2; exit 1; }
  sleep 0.1
done
tamis status --live > /dev/null
tamis report > /dev/null
kill -TERM "$service"
wait "$service"
tamis rules check > /dev/null
echo 'Nov 23 18:33:13 web1 disk: sda1: something that no rule knows' | tamis scan > /dev/null || [ $? = 1 ]
node src/main.ts --help > /dev/null
