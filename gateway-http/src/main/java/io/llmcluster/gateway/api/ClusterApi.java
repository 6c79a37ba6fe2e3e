package io.llmcluster.gateway.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.inference.ClusterInference;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.Surface;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * What the cluster consists of and how it is: members, nodes, models, this gateway's queue, and
 * {@code /health}.
 */
public final class ClusterApi {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String NODES = "/api/nodes/";
  private static final String MODELS = "/models";

  private final Directory directory;
  private final ClusterInference inference;
  private final BooleanSupplier ready;

  /**
   * @param ready whether this gateway can serve
   */
  public ClusterApi(Directory directory, ClusterInference inference, BooleanSupplier ready) {
    this.directory = directory;
    this.inference = inference;
    this.ready = ready;
  }

  public void addTo(Router router) {
    router
        .at(HttpMethods.GET, "/health", exchange -> done(health()))
        .at(HttpMethods.GET, "/api/cluster/status", exchange -> done(json(200, status())))
        .at(
            HttpMethods.GET,
            "/api/cluster/models",
            exchange -> done(json(200, ClusterViews.models(directory))))
        .at(
            HttpMethods.GET,
            "/api/nodes",
            exchange -> done(json(200, new ClusterViews.Nodes(ClusterViews.nodes(directory)))))
        .below(HttpMethods.GET, NODES, exchange -> done(nodeModels(exchange)));
  }

  private record Health(String status, int members, int nodes) {}

  private HttpResponse health() {
    boolean up = ready.getAsBoolean();
    long healthy =
        directory.view().nodes().stream().filter(node -> node.health().takesRequests()).count();
    return json(
        up ? 200 : 503,
        new Health(
            up ? "up" : "starting", directory.view().members().size(), Math.toIntExact(healthy)));
  }

  private ClusterViews.Status status() {
    return new ClusterViews.Status(
        directory.view().everyMember().stream().map(ClusterViews.Member::of).toList(),
        ClusterViews.nodes(directory),
        new ClusterViews.Queue(inference.underWay(), inference.waiting()));
  }

  private HttpResponse nodeModels(Exchange exchange) {
    String path = exchange.request().getUri().path();
    int end = path.length() - MODELS.length();
    if (!path.endsWith(MODELS)
        || end <= NODES.length()
        || path.indexOf('/', NODES.length()) < end) {
      return Router.notFound();
    }
    String name = path.substring(NODES.length(), end);
    Optional<NodeEntry> node = directory.view().node(name);
    return node.map(
            entry ->
                json(
                    200,
                    new ClusterViews.NodeModels(entry.name(), entry.installed(), entry.loaded())))
        .orElseGet(() -> Replies.error(Surface.NATIVE, 404, "node '" + name + "' not found"));
  }

  private static HttpResponse json(int status, Object view) {
    try {
      return Replies.json(status, ByteString.fromArrayUnsafe(JSON.writeValueAsBytes(view)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedStage(response);
  }
}
