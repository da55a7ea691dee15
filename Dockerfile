# One image for the mock server and for the load: `docker run IMAGE mockserver serve --host 0.0.0.0`,
# `docker run IMAGE harness run basic --host ...`. docs/containers.md tells the rest.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# For networks with a mirror or a proxy of their own: --build-arg PIP_INDEX_URL=... and PIP_CERT=...
ARG PIP_INDEX_URL PIP_CERT
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python3 -m venv /build && python3 -m venv --without-pip /opt/dummyload
COPY docker/build.lock docker/runtime.lock docker/
RUN /build/bin/pip install --quiet --require-hashes --no-deps -r docker/build.lock \
    && /build/bin/pip --python /opt/dummyload/bin/python install --quiet --require-hashes --no-deps \
        -r docker/runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY profiles profiles
COPY mockserver mockserver
COPY harness harness
RUN /build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /build/bin/pip --python /opt/dummyload/bin/python install --quiet --no-deps /wheel/*.whl

FROM ${BASE}
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin dummyload && install -d -o dummyload /runs
COPY --from=build /opt/dummyload /opt/dummyload
ENV PATH=/opt/dummyload/bin:$PATH PYTHONUNBUFFERED=1
USER dummyload
# Run folders appear in ./runs of where the harness is started.
WORKDIR /
VOLUME /runs
EXPOSE 8000
# Only the mock answers here; services that are something else switch it off.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["mockserver", "serve", "--host", "0.0.0.0"]
