package io.llmcluster.node.backend;

import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.core.stream.OnEnd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpProtocols;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.UserAgent;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import scala.concurrent.duration.Duration$;

/**
 * HTTP calls to one backend. Each has a connection to itself while it lasts; connections whose
 * answer was read to its end are kept some time for the next call. Nothing is sent twice.
 */
final class BackendHttp {

  /**
   * Calls at a time: as many as a node may ever be given, and room for those that manage models. So
   * it is the node's admission that makes a call wait, and never this bound that breaks one.
   */
  static final int MAX_CONNECTIONS = NodeSpec.MAX_CONCURRENCY + 1024;

  /** Go's server, and so Ollama's, never closes an idle connection. */
  static final Duration IDLE_LONG = Duration.ofSeconds(60);

  /**
   * Less than the 5 s after which the servers built on uvicorn or cpp-httplib close an idle
   * connection, so that a request does not meet a connection that is being closed.
   */
  static final Duration IDLE_SHORT = Duration.ofSeconds(4);

  private final ClassicActorSystemProvider system;
  private final BackendAddress address;
  private final Duration idleTime;
  private final int maxConnections;
  private final ClientConnectionSettings connectionSettings;

  /** Both guarded by this; the most recently used idle connection comes first. */
  private final Set<BackendConnection> open = new HashSet<>();

  private final Deque<Idle> idle = new ArrayDeque<>();

  private record Idle(BackendConnection connection, Cancellable expiry) {}

  /**
   * The head of an answer, and its body.
   *
   * @param mediaType without parameters, lower case
   * @param whole the body, if it came together with the head; then there is nothing to run
   * @param body must be run or cancelled; it fails with what Pekko reports
   */
  record Answer(
      int status, String mediaType, @Nullable ByteString whole, Source<ByteString, NotUsed> body) {}

  /**
   * @param idleTime how long a connection is kept for the next call
   */
  BackendHttp(
      ClassicActorSystemProvider system,
      BackendAddress address,
      BackendSettings settings,
      Duration idleTime) {
    this(system, address, settings, idleTime, MAX_CONNECTIONS);
  }

  /**
   * @param maxConnections beyond which calls fail as {@link BackendException.Unreachable}
   */
  BackendHttp(
      ClassicActorSystemProvider system,
      BackendAddress address,
      BackendSettings settings,
      Duration idleTime,
      int maxConnections) {
    this.system = system;
    this.address = address;
    this.idleTime = idleTime;
    this.maxConnections = maxConnections;
    ClientConnectionSettings defaults = ClientConnectionSettings.create(system.classicSystem());
    this.connectionSettings =
        defaults
            .withConnectingTimeout(settings.connectTimeout())
            // Silence is judged per call: loading a model may take minutes.
            .withIdleTimeout(Duration$.MODULE$.Inf())
            .withUserAgentHeader(Optional.of(UserAgent.create("llm-cluster")))
            // Go's server sends a large JSON body as one chunk.
            .withParserSettings(
                defaults.getParserSettings().withMaxChunkSize(settings.maxAnswerBytes()));
  }

  BackendAddress address() {
    return address;
  }

  /**
   * Sends a request.
   *
   * @param firstByte how long to wait for the head of the answer
   * @param cancelled closes the connection, at whatever point the call is
   */
  CompletionStage<Answer> send(
      HttpRequest request, Duration firstByte, CompletionStage<Done> cancelled) {
    BackendConnection connection;
    try {
      connection = take();
    } catch (RuntimeException noAddress) {
      return CompletableFuture.failedStage(
          new BackendException.Unreachable(address + " cannot be connected to"));
    }
    if (connection == null) {
      return CompletableFuture.failedStage(
          new BackendException.Unreachable("too many calls to " + address + " at a time"));
    }
    AtomicBoolean over = new AtomicBoolean();
    Runnable cut =
        () -> {
          if (over.compareAndSet(false, true)) {
            connection.kill();
          }
        };
    AtomicBoolean late = new AtomicBoolean();
    Cancellable timer =
        system
            .classicSystem()
            .scheduler()
            .scheduleOnce(
                firstByte,
                () -> {
                  late.set(true);
                  cut.run();
                },
                system.classicSystem().dispatcher());
    cancelled.whenComplete((done, failure) -> cut.run());
    return connection
        .send(request)
        .handle(
            (response, failure) -> {
              timer.cancel();
              if (failure != null) {
                throw late.get()
                    ? new BackendException.Aborted(
                        "the model server did not answer within " + firstByte.toMillis() + " ms")
                    : asBackendException(failure);
              }
              boolean again = mayBeUsedAgain(response);
              Runnable done =
                  () -> {
                    if (!again) {
                      cut.run();
                    } else if (over.compareAndSet(false, true)) {
                      keep(connection);
                    }
                  };
              int status = response.status().intValue();
              String mediaType =
                  response
                      .entity()
                      .getContentType()
                      .mediaType()
                      .toString()
                      .toLowerCase(Locale.ROOT);
              if (response.entity() instanceof HttpEntity.Strict strict) {
                done.run();
                return new Answer(
                    status, mediaType, strict.getData(), Source.single(strict.getData()));
              }
              return new Answer(
                  status,
                  mediaType,
                  null,
                  response
                      .entity()
                      .withoutSizeLimit()
                      .getDataBytes()
                      .via(new OnEnd<>(done, cut))
                      .mapMaterializedValue(ignored -> NotUsed.getInstance()));
            });
  }

  private static BackendException asBackendException(Throwable failure) {
    Throwable cause = Causes.of(failure);
    return cause instanceof BackendException known
        ? known
        : new BackendException.Aborted("the model server's answer could not be read");
  }

  private static boolean mayBeUsedAgain(HttpResponse response) {
    boolean closes =
        response
            .getHeader("Connection")
            .map(header -> header.value().toLowerCase(Locale.ROOT).contains("close"))
            .orElse(response.protocol().equals(HttpProtocols.HTTP_1_0));
    return !closes && !response.entity().isCloseDelimited();
  }

  private synchronized @Nullable BackendConnection take() {
    while (!idle.isEmpty()) {
      Idle kept = idle.pop();
      kept.expiry().cancel();
      if (!kept.connection().isClosed()) {
        return kept.connection();
      }
    }
    if (open.size() >= maxConnections) {
      return null;
    }
    BackendConnection fresh =
        new BackendConnection(system, address, connectionSettings, this::closed);
    open.add(fresh);
    if (fresh.isClosed()) {
      open.remove(fresh);
    }
    return fresh;
  }

  private synchronized void keep(BackendConnection connection) {
    idle.push(
        new Idle(
            connection,
            system
                .classicSystem()
                .scheduler()
                .scheduleOnce(
                    idleTime, () -> expire(connection), system.classicSystem().dispatcher())));
  }

  private void expire(BackendConnection connection) {
    boolean unused;
    synchronized (this) {
      unused = idle.removeIf(kept -> kept.connection() == connection);
    }
    if (unused) {
      connection.kill();
    }
  }

  private synchronized void closed(BackendConnection connection) {
    open.remove(connection);
    idle.removeIf(kept -> kept.connection() == connection && kept.expiry().cancel());
  }
}
