package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A small real server that speaks Ollama's API, for tests: deterministic text that names the server
 * and the piece, counters of what it was asked, and faults on demand.
 */
public final class StandIn implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ContentType NDJSON =
      ContentTypes.create(MediaTypes.customBinary("application", "x-ndjson", true));
  private static final ContentType EVENTS =
      ContentTypes.create(MediaTypes.customBinary("text", "event-stream", true));

  /** A body beyond it is not looked into: it is counted, and the count is the answer. */
  private static final long LARGE = 16L << 20;

  private final String name;
  private final ActorSystem system;
  private final ServerBinding binding;
  private final Set<String> models = new ConcurrentSkipListSet<>(Set.of("m:latest"));
  private final Set<String> loaded = new ConcurrentSkipListSet<>();
  private volatile int pieces = 5;
  private volatile Duration delay = Duration.ofMillis(1);
  private volatile Duration loading = Duration.ZERO;
  private volatile CompletionStage<?> mayEnd = CompletableFuture.completedStage(NotUsed.notUsed());
  private volatile boolean obeysForms;
  private volatile Fault fault = Fault.NONE;
  private final AtomicInteger faultsLeft = new AtomicInteger();

  /** Inference requests that arrived. */
  public final AtomicInteger received = new AtomicInteger();

  /** When they arrived. */
  public final Arrivals arrivals = new Arrivals();

  /** Inference requests that are being answered. */
  public final AtomicInteger running = new AtomicInteger();

  /** The most that were being answered at the same time. */
  public final AtomicInteger mostRunning = new AtomicInteger();

  /** Inference requests whose caller left before the end. */
  public final AtomicInteger left = new AtomicInteger();

  /** Requests that unloaded a model and wanted nothing else. */
  public final AtomicInteger unloads = new AtomicInteger();

  /** Pieces of answers that were handed to connections. */
  public final AtomicInteger sent = new AtomicInteger();

  /** Bodies of inference requests in the order of their arrival. */
  public final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  /** The {@code X-Request-Id} of requests that had one, in the order of their arrival. */
  public final ConcurrentLinkedQueue<String> requestIds = new ConcurrentLinkedQueue<>();

  private StandIn(String name, int port) {
    this.name = name;
    this.system =
        ActorSystem.create(
            "stand-in-" + name,
            ConfigFactory.parseString(
                    """
                    pekko { actor.provider = local, loglevel = WARNING, coordinated-shutdown.exit-jvm = off
                      http.server { idle-timeout = infinite, request-timeout = infinite, max-connections = 20000
                        stream-cancellation-delay = 0s, parsing.max-content-length = infinite } }
                    """)
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    Function<HttpRequest, CompletionStage<HttpResponse>> handler = this::handle;
    this.binding =
        Http.get(system).newServerAt("127.0.0.1", port).bind(handler).toCompletableFuture().join();
  }

  public static StandIn start(String name) {
    return new StandIn(name, 0);
  }

  public String name() {
    return name;
  }

  public int port() {
    return binding.localAddress().getPort();
  }

  /** An entry for {@code nodes}. */
  public String node(int concurrency) {
    return "{name:"
        + name
        + ",host:\"127.0.0.1\",port:"
        + port()
        + ",concurrency:"
        + concurrency
        + "}";
  }

  /** How many pieces an answer has, and the time before each. */
  public StandIn answers(int pieces, Duration delay) {
    this.pieces = pieces;
    this.delay = delay;
    return this;
  }

  /** No stream that begins from now on ends before that: until then it is in the middle. */
  public StandIn endsAfter(CompletionStage<?> moment) {
    mayEnd = moment;
    return this;
  }

  /** From now on whoever asks for a form (a JSON schema) gets one instead of its usual text. */
  public StandIn obeysForms() {
    obeysForms = true;
    return this;
  }

  /** How long it says nothing at all, as Ollama does while it loads a model. */
  public StandIn loads(Duration time) {
    loading = time;
    return this;
  }

  public StandIn models(String... names) {
    models.clear();
    models.addAll(List.of(names));
    return this;
  }

  public Set<String> models() {
    return new TreeSet<>(models);
  }

  /** The models that it has been asked to load, or for an answer. */
  public Set<String> loaded() {
    return new TreeSet<>(loaded);
  }

  /** Waits until no piece has been sent for a second; what is in between is full then. */
  public void awaitStandstill() {
    AtomicInteger before = new AtomicInteger(-1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(200))
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              int now = sent.get();
              return before.getAndSet(now) == now;
            });
  }

  /** Forgets who asked, when, and how many at the same time; nobody may be asking now. */
  public void forget() {
    requestIds.clear();
    arrivals.clear();
    mostRunning.set(0);
  }

  /** The next requests of inference, show, delete and copy go wrong. */
  public void fail(Fault fault, int times) {
    this.fault = fault;
    faultsLeft.set(times);
  }

  /** The text of piece {@code i}; has characters of two and four bytes. */
  public String piece(int i) {
    return name + "-" + i + "é\uD83D\uDE00 ";
  }

  /** The whole text of an answer. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(piece(i));
    }
    return text.toString();
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    String path = request.getUri().path();
    request.getHeader("X-Request-Id").ifPresent(id -> requestIds.add(id.value()));
    long length = request.entity().getContentLengthOption().orElse(0);
    if (length > LARGE) {
      return request
          .entity()
          .getDataBytes()
          .runFold(0L, (count, bytes) -> count + bytes.length(), system)
          .thenApply(
              count -> {
                received.incrementAndGet();
                return json(200, StandInLines.whole(path, "m", "received " + count));
              });
    }
    return request
        .entity()
        .toStrict(30_000, system)
        .thenCompose(
            body -> {
              try {
                return answer(path, body.getData().utf8String());
              } catch (IOException broken) {
                return done(json(400, "{\"error\":\"unexpected EOF\"}"));
              }
            });
  }

  private CompletionStage<HttpResponse> answer(String path, String body) throws IOException {
    JsonNode json = body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    return switch (path) {
      case "/api/version" -> done(json(200, "{\"version\":\"0.17.4\"}"));
      case "/api/tags" -> done(json(200, StandInLines.tags(models)));
      case "/v1/models" -> done(json(200, StandInLines.v1Models(models)));
      case "/api/ps" -> done(json(200, StandInLines.ps(loaded)));
      case "/api/show" -> control(json, this::show);
      case "/api/delete" -> control(json, this::delete);
      case "/api/copy" -> control(json, this::copy);
      case "/api/pull" -> done(pull(json));
      case "/api/generate", "/api/chat", "/v1/chat/completions", "/v1/completions" ->
          infer(path, body, json);
      case "/api/embed", "/api/embeddings", "/v1/embeddings", "/v1/responses", "/v1/messages" -> {
        received.incrementAndGet();
        yield done(
            json.path("stream").asBoolean() && path.startsWith("/v1/")
                ? HttpResponse.create()
                    .withEntity(
                        HttpEntities.createChunked(
                            EVENTS,
                            Source.from(SmallAnswers.events(path)).map(ByteString::fromString)))
                : json(200, SmallAnswers.of(path, json)));
      }
      default -> done(HttpResponse.create().withStatus(404).withEntity("404 page not found"));
    };
  }

  private CompletionStage<HttpResponse> infer(String path, String body, JsonNode json) {
    received.incrementAndGet();
    arrivals.add(System.nanoTime());
    bodies.add(body);
    Fault now = takeFault();
    String model = json.path("model").asText();
    HttpResponse wrong = wrong(now, model);
    if (wrong != null) {
      return done(wrong);
    }
    if (now == Fault.HANG) {
      running.incrementAndGet();
      return new CompletableFuture<>();
    }
    boolean v1 = path.startsWith("/v1");
    boolean stream = json.path("stream").asBoolean(!v1);
    loaded.add(model.contains(":") ? model : model + ":latest");
    boolean nothingToSay =
        (path.equals("/api/generate") && json.path("prompt").asText().isEmpty())
            || (path.equals("/api/chat") && json.path("messages").isEmpty());
    if (nothingToSay) {
      if (json.path("keep_alive").asText("1").equals("0")) {
        loaded.clear();
        unloads.incrementAndGet();
        return done(json(200, StandInLines.line(path, model, "", "unload")));
      }
      return done(json(200, StandInLines.line(path, model, "", "load")));
    }
    String form = obeysForms && json.path("format").isObject() ? FormAnswers.of(json) : "";
    Source<ByteString, NotUsed> lines = watched(lines(path, model, form, now));
    if (stream) {
      return loaded(
          HttpResponse.create()
              .withEntity(HttpEntities.createChunked(v1 ? EVENTS : NDJSON, lines)));
    }
    return lines
        .runFold(0, (count, line) -> count + 1, system)
        .thenCompose(
            count ->
                loaded(json(200, StandInLines.whole(path, model, form.isEmpty() ? text() : form))));
  }

  /** Show, delete, copy: they go wrong as an inference does that is not streamed. */
  private CompletionStage<HttpResponse> control(
      JsonNode json, java.util.function.Function<JsonNode, HttpResponse> answer) {
    Fault now = takeFault();
    if (now == Fault.HANG) {
      return new CompletableFuture<>();
    }
    HttpResponse wrong = wrong(now, named(json));
    return done(wrong == null ? answer.apply(json) : wrong);
  }

  /** The whole wrong answer; null if this fault is not one. */
  private static @Nullable HttpResponse wrong(Fault fault, String model) {
    return switch (fault) {
      case HTML ->
          HttpResponse.create()
              .withEntity(ContentTypes.TEXT_HTML_UTF8, "<html><body>hello</body></html>");
      case ERROR_500 -> json(500, "{\"error\":\"model runner has unexpectedly stopped\"}");
      case BUSY_503 -> json(503, "{\"error\":\"server busy, please try again.\"}");
      case NOT_FOUND -> json(404, "{\"error\":\"model '" + model + "' not found\"}");
      case EMPTY ->
          HttpResponse.create()
              .withEntity(
                  HttpEntities.create(ContentTypes.APPLICATION_JSON, ByteString.emptyByteString()));
      case LYING_LENGTH ->
          HttpResponse.create()
              .withEntity(
                  HttpEntities.create(
                      ContentTypes.APPLICATION_JSON,
                      500,
                      Source.single(ByteString.fromString("{\"model\":\"m\","))));
      default -> null;
    };
  }

  private Source<ByteString, NotUsed> watched(Source<ByteString, NotUsed> lines) {
    AtomicBoolean finished = new AtomicBoolean();
    AtomicBoolean counted = new AtomicBoolean(true);
    Runnable over =
        () -> {
          if (counted.getAndSet(false)) {
            running.decrementAndGet();
          }
        };
    Source<ByteString, NotUsed> end =
        Source.lazySource(
                () -> {
                  finished.set(true);
                  return Source.<ByteString>empty();
                })
            .mapMaterializedValue(mat -> NotUsed.getInstance());
    return lines
        .map(
            line -> {
              if (StandInLines.isLast(line)) { // who has read it may send the next one at once
                over.run();
              }
              return line;
            })
        .concatLazy(end)
        .watchTermination(
            (mat, done) -> {
              mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
              done.whenComplete(
                  (d, failure) -> {
                    over.run();
                    if (!finished.get()) {
                      left.incrementAndGet();
                    }
                  });
              return NotUsed.getInstance();
            });
  }

  private Source<ByteString, NotUsed> lines(String path, String model, String form, Fault now) {
    int whole = pieces;
    int count = now == Fault.NONE ? whole : 3;
    Source<ByteString, NotUsed> all =
        Source.range(0, count - 1)
            .map(
                i -> {
                  sent.incrementAndGet();
                  String piece = form.isEmpty() ? piece(i) : StandInLines.part(form, i, whole);
                  return ByteString.fromString(StandInLines.streamed(path, model, piece, null));
                });
    Source<ByteString, NotUsed> paced =
        delay.isZero() ? all : all.throttle(1, delay).initialDelay(delay);
    return switch (now) {
      case HANG_MIDWAY -> paced.concatLazy(Source.maybe());
      case BREAK_IN_A_LINE ->
          paced
              .concatLazy(Source.single(ByteString.fromString("{\"model\":\"m\",\"resp")))
              .concatLazy(Source.lazySource(() -> broken()));
      case END_WITHOUT_DONE -> paced;
      default ->
          paced.concatLazy(
              Source.completionStage(
                  mayEnd.thenApply(
                      moment ->
                          ByteString.fromString(StandInLines.streamed(path, model, "", "stop")))));
    };
  }

  /**
   * A little later, so that what was sent before is read: a reset connection takes with it what is
   * not.
   */
  private static Source<ByteString, NotUsed> broken() {
    return Source.single(ByteString.emptyByteString())
        .initialDelay(Duration.ofMillis(200))
        .map(
            nothing -> {
              throw new IOException("broken");
            });
  }

  private static String named(JsonNode json) {
    String name = json.path("model").asText(json.path("name").asText());
    return name.contains(":") ? name : name + ":latest";
  }

  private HttpResponse show(JsonNode json) {
    return models.contains(named(json))
        ? json(
            200,
            "{\"modelfile\":\"\",\"details\":{},\"model_info\":{},\"capabilities\":[\"completion\"]}")
        : json(404, "{\"error\":\"model '" + named(json) + "' not found\"}");
  }

  private HttpResponse delete(JsonNode json) {
    return models.remove(named(json))
        ? HttpResponse.create()
        : json(404, "{\"error\":\"model '" + named(json) + "' not found\"}");
  }

  private HttpResponse copy(JsonNode json) {
    String destination = json.path("destination").asText();
    models.add(destination.contains(":") ? destination : destination + ":latest");
    return HttpResponse.create();
  }

  private HttpResponse pull(JsonNode json) {
    String model = named(json);
    boolean missing = model.startsWith("missing");
    if (!missing) {
      models.add(model);
    }
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(NDJSON, ByteString.fromString(StandInLines.pulled(missing))));
  }

  private Fault takeFault() {
    Fault now = fault;
    return now != Fault.NONE && faultsLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0
        ? now
        : Fault.NONE;
  }

  private static HttpResponse json(int status, String body) {
    return HttpResponse.create().withStatus(status).withEntity(ContentTypes.APPLICATION_JSON, body);
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedStage(response);
  }

  private CompletionStage<HttpResponse> loaded(HttpResponse response) {
    if (loading.isZero()) {
      return done(response);
    }
    return new CompletableFuture<HttpResponse>()
        .completeOnTimeout(response, loading.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
