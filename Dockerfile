# syntax=docker/dockerfile:1.7
# Pin by digest where you build for others: --build-arg NODE_IMAGE=node:22.20.0-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:22.20.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workers workers
COPY models models
COPY dashboard dashboard
COPY workflows workflows
COPY examples examples
COPY scripts scripts
RUN npm run build && npm run prepack

# What runs, by the lock file, and of onnxruntime only the libraries of this system.
FROM ${NODE_IMAGE} AS libraries
WORKDIR /libraries
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM ${NODE_IMAGE} AS runtime
LABEL org.opencontainers.image.title="Maskloom" \
  org.opencontainers.image.description="Finds faces, hands and people in images, makes masks of them, and chains the masks into zoomed inpainting." \
  org.opencontainers.image.licenses="Apache-2.0"
# Pictures and tensors go back to the system when they are done with; see src/cli/supervise.ts.
ENV NODE_ENV=production \
  MALLOC_MMAP_THRESHOLD_=131072 \
  MALLOC_ARENA_MAX=2 \
  MASKLOOM_HOME=/var/lib/maskloom \
  MASKLOOM_METRICS_PORT=9464
WORKDIR /app
COPY --from=libraries /libraries/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/weights weights
COPY --from=build /build/assets assets
COPY bin bin
COPY workflows workflows
COPY examples examples
COPY docs docs
COPY package.json LICENSE CREDITS.md THIRD-PARTY.md SECURITY.md CHANGELOG.md ./
# A volume that is mounted here takes its owner over; everything else belongs to root and is only read. 1000 is `node`.
RUN mkdir -p /var/lib/maskloom && chown node:node /var/lib/maskloom && ln -s /app/bin/maskloom.js /usr/local/bin/maskloom
USER 1000:1000
VOLUME /var/lib/maskloom
EXPOSE 8787 9464
# Whoever migrates a large database must not be taken for dead meanwhile; who answers once is well from then on.
HEALTHCHECK --interval=10s --timeout=5s --start-period=600s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.MASKLOOM_METRICS_PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/maskloom.js"]
# Beyond loopback there must be a key: -e MASKLOOM_API_KEY=…
CMD ["up", "--host", "0.0.0.0"]
