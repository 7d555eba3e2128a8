# The image of tamis: Debian, Node.js, the source as it is (there is no build step), and a filled compile cache.
#
#   docker build -t tamis .
#   docker build -t tamis --build-arg LOGCHECK_DATABASE=1 .    # with Debian's rules in /etc/logcheck
#
# It builds on every architecture of its base images: re2 is compiled for the target.

# Compilers, npm and its cache stay in this stage.
FROM node:24-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
# Installs exactly the versions of the lock file. The headers come from this node, so node-gyp downloads none.
# Compiled, re2 has 98 MB, of which tamis needs only the library. It needs none of the installer's packages.
RUN npm_config_nodedir=/usr/local npm ci --omit=dev --no-audit --no-fund \
 && mv node_modules/re2/build/Release/re2.node /re2.node \
 && strip --strip-unneeded /re2.node \
 && rm -rf node_modules/re2/build node_modules/re2/vendor node_modules/re2/lib \
           node_modules/nan node_modules/node-gyp node_modules/install-artifact-from-github \
           node_modules/tar node_modules/undici node_modules/.bin node_modules/.package-lock.json \
 && install -D /re2.node node_modules/re2/build/Release/re2.node
# The final image gets everything below /image unchanged.
ARG LOGCHECK_DATABASE=
RUN mkdir -p /image/etc/logcheck /image/var/lib/tamis \
 && if [ -n "$LOGCHECK_DATABASE" ]; then \
      cd /tmp && apt-get update && apt-get download logcheck-database \
      && dpkg-deb -x logcheck-database_*.deb /tmp/logcheck-database \
      && cp -R /tmp/logcheck-database/etc/logcheck /image/etc/ \
      && mkdir -p /image/usr/share/doc \
      && cp -R /tmp/logcheck-database/usr/share/doc/logcheck-database /image/usr/share/doc/ \
      && chmod -R u=rwX,go=rX /image/etc/logcheck \
      && rm -rf /tmp/* /var/lib/apt/lists/*; \
    fi
COPY rules rules
COPY src src
COPY examples/container.yml /etc/tamis/tamis.yml
# A start of the service and of each command fills Node's compile cache: types removed, functions compiled. The
# container then starts in half the time and never loads the compiler (26 MiB). Node keeps one cache for each user id.
ENV NODE_COMPILE_CACHE=/app/.compile-cache NODE_OPTIONS=--max-semi-space-size=2
COPY scripts/warm-compile-cache.sh /warm-compile-cache.sh
RUN install -d -o 1000 -g 1000 .compile-cache /var/lib/warm \
 && setpriv --reuid 1000 --regid 1000 --clear-groups env STATE_DIRECTORY=/var/lib/warm sh /warm-compile-cache.sh \
 && chown -R root:root .compile-cache && chmod -R a+rX .compile-cache \
 && install -D -m 755 /usr/bin/tini-static /image/usr/bin/tini \
 && install -D -m 755 /dev/null /image/usr/local/bin/tamis \
 && printf '#!/bin/sh\nexec node /app/src/main.ts "$@"\n' > /image/usr/local/bin/tamis \
 && mkdir -p /image/app /image/etc/tamis \
 && cp -R package.json rules src .compile-cache /image/app/ \
 && cp /etc/tamis/tamis.yml /image/etc/tamis/ \
 && chown -R 1000:1000 /image/var/lib/tamis

FROM debian:bookworm-slim
# A name for the user that runs everything. The user cannot log in, and owns only the state directory.
RUN groupadd --gid 1000 tamis && useradd --uid 1000 --gid tamis --no-create-home --home-dir /var/lib/tamis \
      --shell /usr/sbin/nologin tamis \
 && rm -f /var/log/*.log /var/log/faillog /var/log/lastlog
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /image /
# A smaller young generation outside the hot path, no malloc arena for each thread, and freed memory returned after the
# start: 132 MiB after the start instead of 188 (docs/decisions/0008).
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/.compile-cache \
    NODE_OPTIONS=--max-semi-space-size=2 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    STATE_DIRECTORY=/var/lib/tamis \
    TAMIS_CONFIG=/etc/tamis/tamis.yml
WORKDIR /app
# By number, so that Kubernetes can verify that it is not root. The port is unprivileged: 514 is mapped to 5514.
USER 1000:1000
VOLUME /var/lib/tamis
EXPOSE 5514/udp 5514/tcp
# The check fails if tamis does not answer or its receiving thread is stuck, at most 30 s after that begins. It does not
# fail while store or mail server are away: tamis still receives then, and a restart would lose the counts in memory.
HEALTHCHECK --interval=10s --timeout=6s --start-period=15s --retries=2 CMD ["tamis", "status", "--live"]
STOPSIGNAL SIGTERM
# tini, not node: the first process of a container gets only signals that it already handles, and node needs 0.2 s for
# that. A container that was stopped so early continued to receive until it was killed, and lost its unstored counts.
ENTRYPOINT ["tini", "--", "node", "/app/src/main.ts"]
CMD ["serve"]
# Last, because these change with every build, and the layers above do not.
ARG VERSION=0.1.0
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="tamis" \
      org.opencontainers.image.description="logcheck for a whole network: a syslog receiver that mails what a person should read" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
