package io.llmcluster.node;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.core.protocol.NodeServiceHandlerFactory;
import io.llmcluster.core.stream.OnEnd;
import io.llmcluster.node.MessageBudget.Share;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.grpc.javadsl.ServerReflection;
import org.apache.pekko.grpc.javadsl.ServiceHandler;
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
   * them.
   */
  private static final String OVERRIDES =
      """
      pekko.http.server {
        enable-http2 = on
        idle-timeout = 30m
        request-timeout = infinite
        max-connections = 4096
        http2.max-concurrent-streams = 20000
        parsing.max-content-length = infinite
      }
      """;

  private NodeServer() {}

  /** Binds the port; fails if it is taken. */
  @SuppressWarnings("unchecked") // a generic array for varargs, made by the compiler
  public static CompletionStage<ServerBinding> bind(
      ActorSystem<?> system,
      NodeSettings settings,
      String member,
      NodeService service,
      Directory directory) {
    Function<HttpRequest, CompletionStage<HttpResponse>> grpc =
        ServiceHandler.concatOrNotFound(
            NodeServiceHandlerFactory.partial(service, NodeService.name, system),
            ServerReflection.create(List.of(NodeService.description), system));
    MessageBudget messages = MessageBudget.ofThisProcess();
    Function<HttpRequest, CompletionStage<HttpResponse>> handler =
        request -> {
          if (request.getUri().path().equals("/health")) {
            request.discardEntityBytes(system);
            return CompletableFuture.completedStage(health(member, directory));
          }
          Share share = messages.share();
          return grpc.apply(
                  request.transformEntityDataBytes(
                      Flow.fromGraph(new MessageGate(messages, share))))
              .whenComplete(
                  (response, failure) -> {
                    if (failure != null) {
                      share.release();
                    }
                  })
              .thenApply(response -> share.isTaken() ? releasing(response, share) : response);
        };
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(
            ServerSettings.create(
                ConfigFactory.parseString(OVERRIDES).withFallback(system.settings().config())))
        .bind(handler);
  }

  /** The request is held until the last of its answer: the call refers to it that long. */
  private static HttpResponse releasing(HttpResponse response, Share share) {
    if (response.entity() instanceof Chunked answer) { // with trailers, which bytes have not
      return response.withEntity(
          answer.copy(answer.contentType(), answer.chunks().via(new OnEnd<>(share::release))));
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
