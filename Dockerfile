# The compiler that re2 may need stays in this stage.
FROM node:24-bookworm-slim AS dependencies
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
# The headers of the very node that runs: the build needs no network for them.
RUN npm_config_nodedir=/usr/local npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="tamis" \
      org.opencontainers.image.description="logcheck for a whole network: a syslog receiver that mails what a person should read" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY rules rules
COPY src src
COPY examples/container.yml /etc/tamis/tamis.yml
RUN mkdir -p /var/lib/tamis && chown node:node /var/lib/tamis
ENV NODE_ENV=production STATE_DIRECTORY=/var/lib/tamis
# Unprivileged, so no port below 1024: map 514 to it.
USER node
VOLUME /var/lib/tamis
EXPOSE 5514/udp 5514/tcp
# Fails when tamis does not answer and when its receiving thread is stuck; not when store or mail are away,
# since it goes on receiving then and starting it anew would lose what it counts in memory.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["node", "/app/src/main.ts", "status", "--live", "-c", "/etc/tamis/tamis.yml"]
ENTRYPOINT ["node", "/app/src/main.ts"]
CMD ["serve", "-c", "/etc/tamis/tamis.yml"]
