package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Handler;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.Listings;
import io.llmcluster.gateway.wire.Surface;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * What clients ask to see whether an Ollama is there and what it has; answered from the directory,
 * without a node.
 */
public final class ListingApi {

  /**
   * The version whose wire contract this gateway keeps; said when no node has a version of its own.
   */
  private static final String CONTRACT_VERSION = "0.17.4";

  private static final String V1_MODELS = "/v1/models";

  private final Directory directory;
  private final ListedPatterns patterns;

  public ListingApi(Directory directory, ListedPatterns patterns) {
    this.directory = directory;
    this.patterns = patterns;
  }

  public void addTo(Router router) {
    Handler root = reply(() -> Replies.text("Ollama is running"));
    Handler version = reply(() -> Replies.json(ByteString.fromString(version())));
    Handler tags = reply(() -> Replies.json(Listings.tags(directory.view(), patterns.models())));
    router
        .at(HttpMethods.GET, "/", root)
        .at(HttpMethods.HEAD, "/", root)
        .at(HttpMethods.GET, "/api/version", version)
        .at(HttpMethods.HEAD, "/api/version", version)
        .at(HttpMethods.GET, "/api/tags", tags)
        .at(HttpMethods.HEAD, "/api/tags", tags)
        .at(HttpMethods.GET, "/api/ps", reply(() -> Replies.json(Listings.ps(directory.view()))))
        .at(
            HttpMethods.GET,
            V1_MODELS,
            reply(() -> Replies.json(Listings.v1Models(directory.view(), patterns.models()))))
        .below(
            HttpMethods.GET,
            V1_MODELS + "/",
            exchange -> CompletableFuture.completedStage(model(exchange)));
  }

  private HttpResponse model(Exchange exchange) {
    String path = exchange.request().getUri().path();
    String id =
        URLDecoder.decode(
            path.substring(V1_MODELS.length() + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
    return Listings.v1Model(directory.view(), patterns.models(), id)
        .map(Replies::json)
        .orElseGet(() -> Replies.error(Surface.OPENAI, 404, "model '" + id + "' not found"));
  }

  /**
   * The oldest of the nodes': no client shall take a feature for granted that one of them lacks.
   */
  private String version() {
    String oldest =
        directory.view().nodes().stream()
            .filter(node -> node.spec().backend() == BackendKind.OLLAMA)
            .map(NodeEntry::version)
            .filter(version -> version.matches("\\d+\\.\\d+\\.\\d+.*"))
            .min(ListingApi::compareVersions)
            .orElse(CONTRACT_VERSION);
    return "{\"version\":\"" + oldest.replaceAll("[^0-9A-Za-z.+-]", "") + "\"}";
  }

  private static int compareVersions(String one, String other) {
    String[] left = one.split("\\D+");
    String[] right = other.split("\\D+");
    for (int i = 0; i < Math.min(3, Math.min(left.length, right.length)); i++) {
      int order = Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static Handler reply(Supplier<HttpResponse> answer) {
    return exchange -> CompletableFuture.completedStage(answer.get());
  }
}
