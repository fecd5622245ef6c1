# Tidegate in a container: not root, a read-only root file system, everything that changes in /data.
# It builds the wheel of this working copy, with the browser editor, and installs locked libraries.
FROM python:3.13-slim-trixie AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.lock requirements/
RUN python -m venv /opt/tidegate \
    && /opt/tidegate/bin/pip install --quiet --require-hashes -r requirements/runtime.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY scripts scripts
COPY web web
COPY src src
RUN pip wheel --quiet --no-deps --wheel-dir /dist . \
    && /opt/tidegate/bin/pip install --quiet --no-deps /dist/*.whl

FROM python:3.13-slim-trixie
RUN groupadd --system --gid 10001 tidegate \
    && useradd --system --uid 10001 --gid tidegate --home-dir /data --no-create-home tidegate \
    && install -d -o tidegate -g tidegate -m 700 /data
COPY --from=build /opt/tidegate /opt/tidegate
ENV PATH=/opt/tidegate/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    TIDEGATE_DATA_DIR=/data \
    TIDEGATE_SERVER_HOST=0.0.0.0 \
    TIDEGATE_LOG_FORMAT=json \
    TIDEGATE_LOG_LEVEL=info
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8480
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8480/readyz', timeout=8)"]
ENTRYPOINT ["tidegate"]
CMD ["serve"]
