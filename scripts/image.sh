#!/bin/sh
# Builds the image that the container tests run: with Debian's rules, and with the commit in its labels.
#
#     scripts/image.sh TAG [docker build options …]
set -eu
tag=${1:?usage: scripts/image.sh TAG [docker build options …]}
shift
cd "$(dirname "$0")/.."
docker build --tag "$tag" --build-arg LOGCHECK_DATABASE=1 \
  --build-arg REVISION="$(git rev-parse HEAD 2> /dev/null || true)" "$@" .
docker image inspect --format 'image: {{.Size}} bytes' "$tag"
