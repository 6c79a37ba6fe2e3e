package io.llmcluster.gateway.server;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.wire.RequestId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.javadsl.Flow;

/**
 * Listens for clients and takes each request to its handler, with a request id and past the checks
 * of host and origin; an answer that is an error is logged in one line.
 */
public final class GatewayServer {

  /**
   * Streams may be silent for as long as a model takes to load, so Pekko does not time requests,
   * and connections only when nothing moved for an hour; silent readers and writers are timed by
   * {@code readTimeout} and {@code writeTimeout}.
   */
  private static final String OVERRIDES =
      """
      pekko.http.server {
        server-header = ""
        idle-timeout = 1h
        request-timeout = infinite
        linger-timeout = 5s
        backlog = 4096
        websocket.periodic-keep-alive-max-idle = 30s
        remote-address-attribute = off
        parsing {
          max-content-length = infinite
          max-to-strict-bytes = infinite
          max-header-value-length = 32k
          illegal-header-warnings = off
          uri-parsing-mode = relaxed
          error-handler = "%s"
        }
      }
      """
          .formatted(IllegalRequests.class.getName());

  private final GatewaySettings settings;
  private final Router router;
  private final HostRule hosts;
  private final Cors cors;
  private final OpenConnections connections = new OpenConnections();

  public GatewayServer(GatewaySettings settings, Router router) {
    this.settings = settings;
    this.router = router;
    this.hosts = HostRule.of(settings.host());
    this.cors = new Cors(settings.origins());
  }

  /** Binds the port; fails if it is taken. */
  public CompletionStage<ServerBinding> bind(ActorSystem<?> system) {
    Flow<HttpRequest, HttpResponse, NotUsed> connection =
        Flow.fromGraph(new ConnectionStage(this::handle, connections));
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(
            ServerSettings.create(
                    ConfigFactory.parseString(OVERRIDES).withFallback(system.settings().config()))
                .withMaxConnections(settings.maxConnections()))
        .bindFlow(connection);
  }

  /**
   * A stopping gateway's last words: idle connections are closed, the others after the answers that
   * they have begun; completes when all are.
   */
  public CompletionStage<Done> drain() {
    return connections.drain();
  }

  /** Never fails: what a handler let pass is answered as {@link Failures} has it. */
  CompletionStage<HttpResponse> handle(HttpRequest request, Cancellation cancellation) {
    String id = RequestId.of(header(request, "X-Request-Id"));
    return answer(request, id, cancellation)
        .thenApply(
            answer -> {
              HttpResponse whole = withId(withRetryAfter(answer), id);
              RequestLog.answered(id, request, whole);
              return whole;
            });
  }

  private CompletionStage<HttpResponse> answer(
      HttpRequest request, String id, Cancellation cancellation) {
    String host = header(request, "Host");
    String origin = header(request, "Origin");
    if (!hosts.allows(host) || !(origin.isEmpty() || cors.allows(origin, host))) {
      return CompletableFuture.completedStage(HttpResponse.create().withStatus(403));
    }
    if (origin.isEmpty()) {
      return route(request, id, cancellation);
    }
    CompletionStage<HttpResponse> response =
        request.method().equals(HttpMethods.OPTIONS)
            ? CompletableFuture.completedStage(preflight())
            : route(request, id, cancellation);
    return response.thenApply(answer -> withOrigin(answer, origin));
  }

  private CompletionStage<HttpResponse> route(
      HttpRequest request, String id, Cancellation cancellation) {
    Handler handler = router.find(request.method(), request.getUri().path());
    return Failures.answered(handler).handle(new Exchange(request, id, cancellation, connections));
  }

  private static HttpResponse preflight() {
    return HttpResponse.create()
        .withStatus(204)
        .addHeader(RawHeader.create("Access-Control-Allow-Methods", Cors.METHODS))
        .addHeader(RawHeader.create("Access-Control-Allow-Headers", Cors.HEADERS))
        .addHeader(RawHeader.create("Access-Control-Max-Age", "43200"));
  }

  private static HttpResponse withOrigin(HttpResponse response, String origin) {
    return response
        .addHeader(RawHeader.create("Access-Control-Allow-Origin", origin))
        .addHeader(RawHeader.create("Vary", "Origin"));
  }

  /** Whoever is full, this gateway or the one node that could answer, the client may come again. */
  private HttpResponse withRetryAfter(HttpResponse response) {
    int status = response.status().intValue();
    return (status == 503 || status == 429) && response.getHeader("Retry-After").isEmpty()
        ? response.addHeader(
            RawHeader.create("Retry-After", String.valueOf(settings.retryAfter().toSeconds())))
        : response;
  }

  static HttpResponse withId(HttpResponse response, String id) {
    HttpResponse answer = response.addHeader(RawHeader.create("X-Request-Id", id));
    return answer.getHeader("X-Served-By").isPresent()
        ? answer
        : answer.addHeader(RawHeader.create("X-Served-By", "gateway"));
  }

  private static String header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value).orElse("");
  }
}
