package io.llmcluster.node;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.core.protocol.NodeServiceHandlerFactory;
import io.llmcluster.core.stream.OnBegin;
import io.llmcluster.node.MessageBudget.Share;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.grpc.javadsl.ServerReflection;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;

/** The node port: the node protocol over gRPC with reflection, and {@code GET /health}. */
public final class NodeServer {

  /**
   * A call is silent for as long as a model takes to load, and a request may be large (images). A
   * member sends all its calls over one connection, and those beyond its streams would wait inside
   * gRPC, where nobody sees them and no other node can take them: {@link Admission} is what bounds
   * them. What they hold before they are read is bounded by {@link PortMemory}.
   */
  private static final String OVERRIDES =
      """
      pekko.http.server {
        enable-http2 = on
        idle-timeout = 30m
        request-timeout = infinite
        max-connections = %d
        http2.max-concurrent-streams = 16384
        http2.incoming-connection-level-buffer-size = %d
        http2.incoming-stream-level-buffer-size = %d
        parsing.max-content-length = infinite
      }
      """;

  /** All messages of a call to the reflection service; each is a name. */
  private static final long REFLECTION_BYTES = 1024 * 1024;

  private NodeServer() {}

  /** Binds the port; fails if it is taken. */
  public static CompletionStage<ServerBinding> bind(
      ActorSystem<?> system,
      NodeSettings settings,
      String member,
      NodeService service,
      Directory directory) {
    return bind(system, settings, member, service, directory, PortMemory.ofThisProcess());
  }

  /**
   * @param memory what requests may hold before they are calls
   */
  static CompletionStage<ServerBinding> bind(
      ActorSystem<?> system,
      NodeSettings settings,
      String member,
      NodeService service,
      Directory directory,
      PortMemory memory) {
    Function<HttpRequest, CompletionStage<HttpResponse>> calls =
        NodeServiceHandlerFactory.partial(service, NodeService.name, system);
    Function<HttpRequest, CompletionStage<HttpResponse>> reflection =
        ServerReflection.create(List.of(NodeService.description), system);
    MessageBudget messages = new MessageBudget(memory.messageBytes(), PortMemory.WAITING);
    Function<HttpRequest, CompletionStage<HttpResponse>> handler =
        request -> {
          String path = request.getUri().path();
          if (path.equals("/health")) {
            request.discardEntityBytes(system);
            return CompletableFuture.completedStage(health(member, directory));
          }
          return path.startsWith("/" + NodeService.name + "/")
              ? gated(system, messages, calls, request)
              : reflected(system, reflection, request);
        };
    String overrides =
        OVERRIDES.formatted(
            memory.connections(), PortMemory.CONNECTION_BYTES, PortMemory.STREAM_BYTES);
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(
            ServerSettings.create(
                ConfigFactory.parseString(overrides).withFallback(system.settings().config())))
        .bind(handler);
  }

  private static CompletionStage<HttpResponse> gated(
      ActorSystem<?> system,
      MessageBudget messages,
      Function<HttpRequest, CompletionStage<HttpResponse>> calls,
      HttpRequest request)
      throws Exception {
    Share share = messages.share();
    MessageGate gate = new MessageGate(messages, share, MessageGate.PATIENCE);
    return calls
        .apply(request.transformEntityDataBytes(Flow.fromGraph(gate)))
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                share.release();
              }
              if (!gate.isRead()) { // there is no such method, or it is no gRPC
                request.discardEntityBytes(system);
              }
            })
        .thenApply(response -> share.isTaken() ? releasing(response, share) : response);
  }

  /** Its messages come one by one as long as the caller likes, so they are not gated. */
  private static CompletionStage<HttpResponse> reflected(
      ActorSystem<?> system,
      Function<HttpRequest, CompletionStage<HttpResponse>> reflection,
      HttpRequest request)
      throws Exception {
    return reflection
        .apply(request.transformEntityDataBytes(Flow.fromGraph(new SmallOnly(REFLECTION_BYTES))))
        .whenComplete(
            (response, failure) -> {
              if (failure != null || response.status().isFailure()) {
                request.discardEntityBytes(system);
              }
            });
  }

  /** The request is held until the first of its answer: then the backend has all of it. */
  private static HttpResponse releasing(HttpResponse response, Share share) {
    if (response.entity() instanceof Chunked answer) { // with trailers, which bytes have not
      return response.withEntity(
          answer.copy(answer.contentType(), answer.chunks().via(new OnBegin<>(share::release))));
    }
    share.release();
    return response;
  }

  /**
   * The nodes that this member stands for; names need no escaping, their characters are checked.
   */
  private static HttpResponse health(String member, Directory directory) {
    String nodes =
        directory.view().nodes().stream()
            .filter(node -> node.member().equals(member))
            .map(NodeServer::line)
            .collect(Collectors.joining(",", "{\"status\":\"up\",\"nodes\":[", "]}"));
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, nodes);
  }

  private static String line(NodeEntry node) {
    return "{\"name\":\"" + node.name() + "\",\"health\":\"" + node.health().id() + "\"}";
  }
}
