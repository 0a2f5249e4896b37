# thuocdo in a container: one static binary, no shell, no root.
#   docker build -t thuocdo .
#   docker run -p 8080:8080 -v thuocdo:/data thuocdo
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=container
RUN make static VERSION="$VERSION" && mkdir /empty

FROM scratch
LABEL org.opencontainers.image.title="thuocdo" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /src/bin/thuocdo-static /thuocdo
COPY --from=build /src/LICENSE /LICENSE
# An empty folder with the right owner: a fresh volume takes both from it.
COPY --from=build --chown=10001:10001 /empty /data
COPY --from=build --chown=10001:10001 /empty /tmp
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 10001:10001
VOLUME /data
ENV THUOCDO_ADDR=0.0.0.0:8080 \
    THUOCDO_DB=/data/thuocdo.db
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["/thuocdo", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/thuocdo"]
CMD ["serve"]
